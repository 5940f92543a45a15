package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Heaps in processes that are short of something ([ShortChild]): of memory that may leave, of what a group or the process may have, of stack.
class ShortOfIT {

    private static final int CURRENT = 1; // MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT
    private static final int FUTURE = 2;
    private static final int CURRENT_AND_FUTURE = 3;
    private static final long MIB = 1L << 20;
    /// Without what the virtual machine itself reads of groups, which ours are too plain for.
    private static final String IN_GROUP = ChildProcess.SMALL + " -XX:-UseContainerSupport";

    private static List<String> run(String shell, String flags, Object... arguments) throws Exception {
        List<String> lines = ChildProcess.run(shell, ShortChild.class, flags, 60, arguments);
        assumeFalse(lines.contains("unsupported"), () -> "not to be had here: " + List.of(arguments));
        return lines;
    }

    private static String text(String line, String name) {
        return Objects.requireNonNull(ChildProcess.values(line).get(name), () -> name + ": " + line);
    }

    private static long number(String line, String name) {
        return Long.parseLong(text(line, name));
    }

    // ---- memory that is locked -----------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({CURRENT + ",false", FUTURE + ",true", CURRENT_AND_FUTURE + ",true", CURRENT_AND_FUTURE + ",false", 4 + CURRENT_AND_FUTURE + ",true"})
    void what_is_freed_leaves_although_all_memory_is_locked(int flags, boolean isEarly) throws Exception {
        List<String> lines = run("", ChildProcess.SMALL, "locked", flags, isEarly);

        assertEquals(3, lines.size(), lines::toString);
        for (String line : lines) {
            assertEquals("true", text(line, "left"), line);
            assertEquals(0, number(line, "purgeFailures") + number(line, "lockedRanges"), line);
            assertTrue(number(line, "pagesPerCall") > 100, line); // many ranges a call
        }
    }

    @Test
    void locked_memory_that_cannot_leave_is_told_and_not_asked_for_again_and_again() throws Exception {
        List<String> lines = run("", ChildProcess.SMALL, "locked-for-good", CURRENT_AND_FUTURE);

        assertEquals(4, lines.size(), lines::toString);
        assertTrue(number(lines.get(0), "lockedRanges") > 0, lines::toString);
        assertTrue(number(lines.get(0), "wakeUps") <= 4, lines::toString);
        assertTrue(number(lines.get(1), "calls") < 1000, lines::toString); // of more than a thousand a burst
        assertTrue(number(lines.get(1), "grownMiB") < 32, lines::toString); // segments that could not be purged serve again
        assertEquals(0, number(lines.get(1), "liveBytes"), lines::toString);
        assertEquals("left=true mappedBytes=0", lines.get(2)); // when it is unlocked
        assertEquals("left=true", lines.get(3));
    }

    // ---- the limits of groups ------------------------------------------------------------------------------------

    /// A shell that sees control groups of our making: a file system of its own for them, and a file that says which is the process's. The group's name is in `printf`'s words.
    private static String inGroup(Path scratch, String group, String limits) {
        String script = "mount -t tmpfs none /sys/fs/cgroup && group=$(printf \"" + group + "\") && mkdir -p \"/sys/fs/cgroup$group\" && cd \"/sys/fs/cgroup$group\" && "
                + limits + " && echo \"0::$group\" > " + scratch + "/cgroup && mount --bind " + scratch + "/cgroup /proc/$$/cgroup && eval \"$*\"";
        return "export LC_ALL=C && exec unshare -m sh -c '" + script + "' sh";
    }

    private static void assumeOwnMounts() throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs none /sys/fs/cgroup && mount --bind /dev/null /proc/$$/cgroup")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            assumeTrue(false, "no unshare: " + e);
            return;
        }
        assumeTrue(process.waitFor() == 0, "no file systems of one's own");
    }

    @ParameterizedTest
    @CsvSource({
        "/plain, echo 268435456 > memory.max",
        "/b\\303\\274cher, echo 268435456 > memory.max", // in UTF-8
        "/b\\374cher, echo 268435456 > memory.max", // in Latin-1
        "/two/levels, echo 268435456 > memory.high",
        "/two/levels, echo 268435456 > ../memory.high && echo 536870912 > memory.max && echo max > memory.high",
        "/two/b\\374, echo 268435456 > ../memory.max && echo 536870912 > memory.high"
    })
    void a_group_limits_whatever_bytes_its_name_has_and_whichever_way_it_says_so(String group, String limits, @TempDir Path scratch) throws Exception {
        assumeOwnMounts();
        for (String encoding : List.of("", "-Dsun.jnu.encoding=ANSI_X3.4-1968")) {
            List<String> lines = run(inGroup(scratch, group, limits), IN_GROUP + " " + encoding, "limit");

            assertEquals(256, number(lines.getLast(), "limitMiB"), lines::toString);
        }
    }

    @Test
    void a_limit_that_is_moved_while_a_heap_lives_is_followed_up_and_down(@TempDir Path scratch) throws Exception {
        assumeOwnMounts();
        List<String> lines = run(inGroup(scratch, "/moving", "echo 67108864 > memory.max"), IN_GROUP, "limit-moves", "/sys/fs/cgroup/moving/memory.max");

        assertEquals(4, lines.size(), lines::toString);
        assertMoved(lines.get(0), 64, 64);
        assertMoved(lines.get(1), 128, 128);
        assertMoved(lines.get(2), 200, 200);
        assertMoved(lines.get(3), 200, 96);
    }

    private static void assertMoved(String line, long blocks, long limitMib) {
        assertEquals(blocks, number(line, "blocks"), line);
        assertTrue(line.contains(",_limitBytes=" + limitMib * MIB + ":"), line);
    }

    // ---- the limits of the process -------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {400_000, 900_000})
    void a_limit_on_data_is_one_of_the_heap_and_leaves_the_virtual_machine_room(int kibibytes) throws Exception {
        List<String> lines = run("ulimit -d " + kibibytes + " &&", ChildProcess.SMALL, "data");

        String line = lines.getLast();
        assertTrue(number(line, "blocks") / 16 > kibibytes / 1024 / 3, line); // a third of it at least
        assertEquals(number(line, "of"), number(line, "again"), line);
        assertEquals(40, number(line, "threads"), line);
        assertEquals(24, number(line, "java"), line);
        assertTrue(text(line, "refusal").contains("limit_on_data_(ulimit_-d)_is_near:_dataBytes="), line);
        assertTrue(line.contains("limitBytes=" + kibibytes * 1024L), line);
    }

    @Test
    void a_limit_on_addresses_leaves_the_virtual_machine_room_for_threads() throws Exception {
        List<String> lines = run("ulimit -v 1500000 &&", ChildProcess.SMALL, "addresses", 120);

        String line = lines.getLast();
        assertTrue(number(line, "heaps") > 0, line);
        assertEquals(120, number(line, "threads"), line);
        assertTrue(text(line, "refusal").contains("ulimit_-v"), line);
    }

    // ---- Java memory ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void bookkeeping_of_small_blocks_is_outside_and_the_limit_answers_before_the_java_heap_is_full(int bytes) throws Exception {
        long limit = 192 * MIB;
        List<String> lines = run("", "-ea -XX:+UseSerialGC -Xmx16m", "crumbs", bytes, limit);

        String line = lines.getLast();
        assertTrue(number(line, "blocks") * bytes >= limit / 100 * 95, line);
        assertTrue(number(line, "javaBytes") < MIB, line);
        assertTrue(line.contains("limitBytes=" + limit), line);
        assertEquals(0, number(line, "left") + number(line, "residentBytes") + number(line, "liveBytes"), line);
    }

    // ---- stack ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"", "-Xint", "-XX:TieredStopAtLevel=1"})
    void the_smallest_stack_that_a_thread_can_have_is_enough(String compilation) throws Exception {
        List<String> lines = run("", "-ea -XX:+UseSerialGC -Xmx48m " + compilation, "stack", 128 << 10);

        assertEquals(5, lines.size(), lines::toString);
        lines.forEach(line -> assertEquals("1", text(line, "done"), lines::toString));
    }
}
