package dev.hz3.bench.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A moment in the life of a block.
///
/// @param title what happens, in a few words
/// @param words what happens, in sentences
/// @param where the methods that do it, as `Class.method`, in the order in which they are called
/// @param numbers what was read from the heap and the kernel just then, by what it is
public record Step(String title, String words, List<String> where, SequencedMap<String, String> numbers) {

    /// Keeps copies.
    public Step {
        where = List.copyOf(where);
        numbers = new LinkedHashMap<>(numbers);
    }
}
