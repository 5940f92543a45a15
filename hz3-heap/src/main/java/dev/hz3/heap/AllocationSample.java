package dev.hz3.heap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A block that is live and was chosen to stand for others, see [HeapOptions#sampleBytes()].
///
/// @param address of the block
/// @param blockBytes the size that was asked for
/// @param standsForBytes how many bytes that were allocated like it this one stands for: their sum over all samples is, within chance, what is live
/// @param thread the name of the thread that allocated it
/// @param stack the frames of the allocation, the innermost frame outside of hz3 first
public record AllocationSample(long address, long blockBytes, long standsForBytes, String thread, List<StackTraceElement> stack) {

    private static final int STACKS_AT_EXIT = 10;
    private static final int FRAMES_AT_EXIT = 8;

    /// The frames of a copy cannot be changed.
    public AllocationSample {
        stack = List.copyOf(stack);
    }

    /// The samples of one stack together.
    ///
    /// @param bytes the live bytes that came from there, within chance
    /// @param samples how many of them were seen
    public record Stack(long bytes, int samples, List<StackTraceElement> frames) {

        /// The frames of a copy cannot be changed.
        public Stack {
            frames = List.copyOf(frames);
        }

        /// Returns a line, and one more for each of at most `most` frames.
        public String text(int most) {
            StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "some %,d bytes, %d samples", bytes, samples));
            frames.stream().limit(most).forEach(frame -> text.append("\n    at ").append(frame));
            return text.toString();
        }
    }

    /// Groups the samples by their stacks, those that hold most first.
    public static List<Stack> byStack(List<AllocationSample> samples) {
        Map<List<StackTraceElement>, Stack> stacks = new LinkedHashMap<>();
        for (AllocationSample sample : samples) {
            stacks.merge(sample.stack, new Stack(sample.standsForBytes, 1, sample.stack),
                    (a, b) -> new Stack(a.bytes + b.bytes, a.samples + b.samples, a.frames));
        }
        List<Stack> sorted = new ArrayList<>(stacks.values());
        sorted.sort(Comparator.comparingLong(Stack::bytes).reversed());
        return sorted;
    }

    /// Returns what is said at exit of the stacks that hold most: some lines each, with a line break before each.
    static String exitLines(List<AllocationSample> samples) {
        return byStack(samples).stream().limit(STACKS_AT_EXIT).map(stack -> "\n[HZ3_LIVE] " + stack.text(FRAMES_AT_EXIT)).collect(Collectors.joining());
    }
}
