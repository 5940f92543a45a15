package dev.hz3.bench.observe;

import java.util.List;

/// What a process holds, as `/proc/self/smaps_rollup` has it: the exact count.
///
/// @param residentBytes in physical memory (`Rss`)
/// @param swappedBytes in swap (`Swap`): not resident, but not given back either
/// @param anonymousBytes what is resident and of no file (`Anonymous`): heaps, stacks, whatever was allocated
/// @param hugeBytes that part of it that lies in huge pages (`AnonHugePages`)
public record ResidentMemory(long residentBytes, long swappedBytes, long anonymousBytes, long hugeBytes) {

    /// What the process has not given back. Memory that was swapped out counts: else a full machine would look like a
    /// generous allocator.
    public long heldBytes() {
        return residentBytes + swappedBytes;
    }

    /// Reads the lines of a rollup.
    ///
    /// @throws IllegalArgumentException where `Rss` is missing or a figure is not one
    static ResidentMemory parse(List<String> lines) {
        return new ResidentMemory(
                bytesOf(lines, "Rss:", true),
                bytesOf(lines, "Swap:", false), // a kernel without swap has no such line
                bytesOf(lines, "Anonymous:", false),
                bytesOf(lines, "AnonHugePages:", false));
    }

    /// Returns the figure of a line such as `Rss:  12 kB`, in bytes.
    ///
    /// @throws IllegalArgumentException if it has none
    static long bytes(String line) {
        String figure = line.substring(line.indexOf(':') + 1).strip();
        if (!figure.endsWith(" kB")) {
            throw new IllegalArgumentException("not a figure in kB: " + line);
        }
        return Math.multiplyExact(Long.parseLong(figure, 0, figure.length() - " kB".length(), 10), 1024L);
    }

    private static long bytesOf(List<String> lines, String key, boolean required) {
        for (String line : lines) {
            if (line.startsWith(key)) {
                return bytes(line);
            }
        }
        if (required) {
            throw new IllegalArgumentException("no line begins with " + key);
        }
        return 0;
    }
}
