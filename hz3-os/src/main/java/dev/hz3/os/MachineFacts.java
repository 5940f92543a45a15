package dev.hz3.os;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/// Reads what the kernel says of the machine in text. Pure: text in, facts out.
final class MachineFacts {

    /// Limits from here on are the kernel's way to say that there is none.
    private static final long UNLIMITED = 1L << 60;

    private MachineFacts() {}

    /// From `/sys/kernel/mm/transparent_hugepage/enabled`, such as `always [madvise] never`.
    static HugePageMode hugePageMode(String enabled) {
        if (enabled.contains("[always]")) {
            return HugePageMode.ALWAYS;
        }
        if (enabled.contains("[madvise]")) {
            return HugePageMode.MADVISE;
        }
        return enabled.contains("[never]") ? HugePageMode.NEVER : HugePageMode.UNKNOWN;
    }

    /// The least of the limits of the process's control groups and the memory of the machine, in bytes; 2^60 where
    /// nothing is said.
    ///
    /// @param cgroups `/proc/self/cgroup`
    /// @param files reads a file; empty text where there is none
    /// @param meminfo `/proc/meminfo`
    static long memoryLimitBytes(String cgroups, Function<Path, String> files, String meminfo) {
        long limit = field(meminfo, "MemTotal:") * 1024;
        if (limit <= 0) {
            limit = UNLIMITED;
        }
        for (String line : cgroups.split("\n", -1)) {
            String[] parts = line.strip().split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            if (parts[1].isEmpty()) {
                limit = Math.min(limit, least("/sys/fs/cgroup", parts[2], "memory.max", files));
            } else if (List.of(parts[1].split(",", -1)).contains("memory")) {
                limit = Math.min(limit, least("/sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes", files));
            }
        }
        return limit;
    }

    /// The least limit on the way from a group up to the root.
    private static long least(String root, String group, String file, Function<Path, String> files) {
        long least = UNLIMITED;
        Path top = Path.of(root);
        Path leaf = Path.of(root + "/" + group).normalize();
        // A group outside of the namespace's root ("/../…") is not to be seen; the root is, and it holds for both.
        for (Path at = leaf.startsWith(top) ? leaf : top; at != null && at.startsWith(top); at = at.getParent()) {
            least = Math.min(least, limit(files.apply(at.resolve(file)).strip()));
        }
        return least;
    }

    private static long limit(String text) {
        long value = number(text); // "max", or no such file, is no number
        return value <= 0 || value >= UNLIMITED ? UNLIMITED : value;
    }

    /// Resident bytes of the process: from `smaps_rollup`, which counts, or else from `statm`, which may lag; else -1.
    static long residentBytes(String smapsRollup, String statm, int pageBytes) {
        long rss = field(smapsRollup, "Rss:");
        if (rss >= 0) {
            return rss * 1024;
        }
        String[] parts = statm.strip().split(" ", -1);
        long pages = parts.length > 1 ? number(parts[1]) : -1;
        return pages >= 0 ? pages * pageBytes : -1;
    }

    /// The number behind `name` at the beginning of a line; -1 where there is none.
    private static long field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split(" ", -1)[0])
                .mapToLong(MachineFacts::number)
                .findFirst()
                .orElse(-1);
    }

    /// The number that `text` is; -1 where it is none.
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
