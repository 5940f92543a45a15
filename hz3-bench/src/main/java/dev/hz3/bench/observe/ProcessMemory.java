package dev.hz3.bench.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks the kernel what this process holds.
///
/// There are two ways. The rollup is exact, but walks every page under the lock that `mmap` and page faults want: tens of
/// milliseconds with gibibytes of small pages, so it is for the moments that are measured. `statm` is a counter that is
/// exact to a few pages per thread and processor, and free: it is for the live view and the timeline.
public final class ProcessMemory {

    private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final Path COUNTERS = Path.of("/proc/self/statm");

    /// How the first line of a mapping begins.
    private static final Pattern RANGE = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) ");
    private static final long PAGE_BYTES = 4096;

    /// Among what follows the name in `stat`: proc(5).
    private static final int PLACE_OF_MINFLT = 7;

    private ProcessMemory() {}

    /// The exact count, now.
    public static ResidentMemory measure() {
        return ResidentMemory.parse(rollup().lines().toList());
    }

    /// Resident bytes by the kernel's counter.
    public static long sampleResidentBytes() {
        return parseCounters(read(COUNTERS));
    }

    /// Resident bytes that are of no file, by the kernel's counter: those of the Java heap too.
    public static long sampleAnonymousBytes() {
        String statm = read(COUNTERS);
        int third = statm.indexOf(' ', statm.indexOf(' ') + 1) + 1;
        return parseCounters(statm) - Long.parseLong(statm, third, statm.indexOf(' ', third), 10) * PAGE_BYTES;
    }

    /// How often this process has touched a page that it had not, by all its threads.
    public static long pageFaults() {
        String stat = read(Path.of("/proc/self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[PLACE_OF_MINFLT]);
    }

    /// Lets the kernel forget the most that was ever resident, so that [#peakResidentBytes()] speaks of what comes.
    public static void forgetPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException failure) {
            throw new UncheckedIOException("the kernel does not forget its peak", failure);
        }
    }

    /// The most that was resident since [#forgetPeak()], however briefly, in bytes.
    public static long peakResidentBytes() {
        return read(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(ResidentMemory::bytes)
                .findFirst()
                .orElseThrow();
    }

    /// The text of the rollup.
    public static String rollup() {
        return read(ROLLUP);
    }

    /// The text that has every mapping.
    public static String mappings() {
        return read(MAPPINGS);
    }

    /// The second figure of `statm`, in bytes.
    static long parseCounters(String statm) {
        int first = statm.indexOf(' ');
        int second = statm.indexOf(' ', first + 1);
        if (first < 0 || second < 0) {
            throw new IllegalArgumentException("not a line of statm: " + statm);
        }
        return Math.multiplyExact(Long.parseLong(statm, first + 1, second, 10), PAGE_BYTES);
    }

    /// Resident bytes of the mappings that lie between two addresses, exactly, in bytes.
    public static long residentBytes(long from, long end) {
        return residentBytes(mappings().lines().toList(), from, end);
    }

    static long residentBytes(List<String> mappings, long from, long end) {
        long bytes = 0;
        boolean isInside = false;
        for (String line : mappings) {
            Matcher range = RANGE.matcher(line);
            if (range.lookingAt()) {
                isInside = Long.parseUnsignedLong(range.group(1), 16) >= from && Long.parseUnsignedLong(range.group(2), 16) <= end;
            } else if (isInside && line.startsWith("Rss:")) {
                bytes += ResidentMemory.bytes(line);
            }
        }
        return bytes;
    }

    private static String read(Path path) {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException("the kernel does not tell: " + path, failure);
        }
    }
}
