package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A free needs no Java memory: whoever gives memory back is never refused for want of it, whatever way the block takes, and an arena's close gives back all.
/// Each in a virtual machine of its own, whose Java heap is filled to the last byte before the first free.
///
/// Blocks that nobody can be shown are asked for 300 times; with `-Dhz3.thorough=true` 3,000 times, which takes half a minute.
class FullHeapTest {

    private static final int UNSEEN = Boolean.getBoolean("hz3.thorough") ? 3000 : 300;

    @ParameterizedTest
    @CsvSource({
        "pages, true", "pages, false", "grains, true", "grains, false", "kinds, true", "kinds, false", "views, false", "no-views, false", "remote, true", "remote, false",
        "remote-busy, false", "remote-newcomer, false", "arenas, true", "arenas, false", "opening, false", "calls, false"
    })
    void nothing_is_refused_and_nothing_stays(String what, boolean clock) throws Exception {
        List<String> lines = ChildProcess.run(FullHeapChild.class, List.of("-Xmx28m", "-XX:+UseSerialGC", "-Xshare:auto"), 120, what, clock, UNSEEN);
        assertEquals("threw=0 liveBytes=0 mappedBytes=0 residentBytes=0 violations=0 twice=0 mapped=false", lines.getFirst(),
                () -> String.join("\n", lines));
    }
}
