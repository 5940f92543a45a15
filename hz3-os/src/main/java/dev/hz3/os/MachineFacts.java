package dev.hz3.os;

import java.util.List;
import java.util.function.UnaryOperator;

/// Reads what the kernel says of the machine in text. Pure: text in, facts out.
final class MachineFacts {

    /// Limits from here on are the kernel's way to say that there is none.
    private static final long UNLIMITED = 1L << 60;

    private static final long KIB = 1024;

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

    /// The least of the limits of the process's control groups, those of the process itself and the memory of the machine, in bytes; 2^60 where nothing is said.
    ///
    /// @param cgroups `/proc/self/cgroup`
    /// @param files reads a file, a character a byte; empty text where there is none
    /// @param meminfo `/proc/meminfo`
    /// @param limits `/proc/self/limits`
    static long memoryLimitBytes(String cgroups, UnaryOperator<String> files, String meminfo, String limits) {
        long limit = field(meminfo, "MemTotal:") * KIB;
        if (limit <= 0) {
            limit = UNLIMITED;
        }
        limit = Math.min(limit, Math.min(dataLimitBytes(limits), addressLimitBytes(limits)));
        for (String line : cgroups.split("\n", -1)) {
            String[] parts = line.split(":", 3); // a name may have colons and blanks in it, but no end of a line
            if (parts.length < 3) {
                continue;
            }
            if (parts[1].isEmpty()) {
                limit = Math.min(limit, least("/sys/fs/cgroup", parts[2], List.of("memory.max", "memory.high"), files));
            } else if (List.of(parts[1].split(",", -1)).contains("memory")) {
                limit = Math.min(limit, least("/sys/fs/cgroup/memory", parts[2], List.of("memory.limit_in_bytes"), files));
            }
        }
        return limit;
    }

    /// The least limit on the way from a group up to the root.
    private static long least(String root, String group, List<String> names, UnaryOperator<String> files) {
        // A group outside of the namespace's root ("/../…") is not to be seen; the root is, and it holds for both.
        String at = (group + "/").contains("/../") ? "" : group;
        long least = UNLIMITED;
        while (true) {
            String folder = root + (at.endsWith("/") ? at : at + "/");
            for (String name : names) {
                least = Math.min(least, limit(files.apply(folder + name).strip()));
            }
            int up = at.lastIndexOf('/');
            if (up < 0) {
                return least;
            }
            at = at.substring(0, up);
        }
    }

    /// How many bytes of private memory that it may write the process may have (`RLIMIT_DATA`), from `/proc/self/limits`; 2^60 where nothing is said.
    static long dataLimitBytes(String limits) {
        return softLimit(limits, "Max data size");
    }

    /// How many bytes of addresses the process may have (`RLIMIT_AS`), from `/proc/self/limits`; 2^60 where nothing is said.
    static long addressLimitBytes(String limits) {
        return softLimit(limits, "Max address space");
    }

    private static long softLimit(String limits, String name) {
        return limit(text(limits, name));
    }

    static boolean isLimited(long limitBytes) {
        return limitBytes < UNLIMITED;
    }

    /// Bytes of the memory that counts for the limit on data, from `/proc/self/status`; 0 where nothing is said.
    static long dataBytes(String status) {
        return Math.max(0, field(status, "VmData:") * KIB);
    }

    /// Bytes of the process's addresses, from `/proc/self/status`; 0 where nothing is said.
    static long addressBytes(String status) {
        return Math.max(0, field(status, "VmSize:") * KIB);
    }

    /// Bytes of the memory that the process has locked, from `/proc/self/status`; 0 where nothing is said.
    static long lockedBytes(String status) {
        return Math.max(0, field(status, "VmLck:") * KIB);
    }

    private static long limit(String text) {
        long value = number(text); // "max", or no such file, is no number
        return value <= 0 || value >= UNLIMITED ? UNLIMITED : value;
    }

    /// Resident bytes of the process: from `smaps_rollup`, which counts, or else from `statm`, which may lag; else -1.
    static long residentBytes(String smapsRollup, String statm, int pageBytes) {
        long rss = field(smapsRollup, "Rss:");
        if (rss >= 0) {
            return rss * KIB;
        }
        String[] parts = statm.strip().split(" ", -1);
        long pages = parts.length > 1 ? number(parts[1]) : -1;
        return pages >= 0 ? pages * pageBytes : -1;
    }

    /// The number behind `name` at the beginning of a line; -1 where there is none.
    private static long field(String text, String name) {
        return number(text(text, name));
    }

    /// The word behind `name` at the beginning of a line; empty where there is none.
    private static String text(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split(" ", -1)[0])
                .findFirst()
                .orElse("");
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
