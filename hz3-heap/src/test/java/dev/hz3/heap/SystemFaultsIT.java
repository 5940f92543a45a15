package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hz3.heap.Fault.Errno;
import dev.hz3.heap.Fault.Form;
import dev.hz3.heap.Fault.Target;
import dev.hz3.os.HugePageMode;
import dev.hz3.os.LinuxSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// System calls that really fail, each in a process of its own ([FaultChild]): refused by a filter, by `ulimit -v`, by a heap's own limits, by a control group.
///
/// `-Dhz3.faultSeconds` says how long each fault is played; without it each is played once, with four times as many operations if `-Dhz3.thorough=true`.
class SystemFaultsIT {

    private static final long SECONDS = Long.getLong("hz3.faultSeconds", 0);
    private static final int OPERATIONS = Boolean.getBoolean("hz3.thorough") ? 12_000 : 3_000;
    private static final int LINES = Target.values().length * 2 + 1;
    private static final int BIRTHS = 8;

    private static boolean hasHugePages() {
        try (LinuxSystem os = LinuxSystem.open()) {
            return os.hugePageMode() != HugePageMode.NEVER;
        }
    }

    private static void assumeFilters(List<String> lines) {
        assumeFalse(lines.stream().anyMatch(line -> line.contains("unsupported")), () -> "no seccomp filters here: " + lines);
    }

    private static void assertHas(String line, String... expected) {
        Map<String, String> values = ChildProcess.values(line);
        for (String each : expected) {
            String[] parts = each.split("=", -1);
            assertEquals(parts[1], values.get(parts[0]), () -> parts[0] + ": " + line);
        }
    }

    private static String text(String line, String name) {
        return Objects.requireNonNull(ChildProcess.values(line).get(name), () -> name + ": " + line);
    }

    private static long number(String line, String name) {
        return Long.parseLong(text(line, name));
    }

    private static void assertUndamaged(String line) {
        assertHas(line, "damaged=0", "notZero=0", "unclear=0", "died=0");
        assertTrue(number(line, "operations") > 0 && number(line, "zeroBytes") > 0, line);
    }

    @ParameterizedTest
    @EnumSource(Errno.class)
    void what_the_kernel_refuses_for_a_while_is_told_or_made_up_for_and_leaves_nothing_behind(Errno errno) throws Exception {
        List<String> lines = ChildProcess.run("", 60 + LINES * SECONDS, "refusals", errno, OPERATIONS, SECONDS);

        assumeFilters(lines);
        assertEquals(LINES, lines.size(), lines::toString);
        boolean hugePages = hasHugePages();
        for (String line : lines) {
            Target target = Target.valueOf(text(line, "target"));
            Form form = Form.valueOf(text(line, "form"));
            if (target == Target.UNRESERVE) {
                assertHas(line, "injected=2", "close=refused", "clocks=0"); // what is refused is called once more, to learn why
                continue;
            }
            assertUndamaged(line);
            assertHas(line, "outOfMemoryHealthy=0", "stepFailures=0", "lastFailure=", "violations=0", "liveBytes=0", "mappedBytes=0", "residentBytes=0",
                    "left=true", "capacity=128", "clock=alive");
            // Whether a huge page is granted, and so is there to be split, is a matter of the machine's mood.
            boolean isRare = target == Target.SPLIT || !hugePages && (target == Target.HUGE_PAGES || target == Target.POPULATE);
            assertTrue(isRare || number(line, "injected") > 0, line);
            if (target != Target.COMMIT || form == Form.EACH) { // of some that are refused, two may belong to one request
                assertEquals(target == Target.COMMIT, number(line, "outOfMemory") > 0, line);
            }
            // A call for many ranges that is refused, or stops half-way, is made up for one by one; and what passes is asked for again.
            // Where every other call is refused it depends on how many ranges the calls have.
            if (target != Target.PURGE || form != Form.SOME || errno.isPassing()) {
                assertEquals(target == Target.PURGE && form != Form.SOME, number(line, "purgeFailures") > 0, line);
            }
            if (target == Target.MEASURE && form == Form.EACH) {
                assertHas(line, "measured=refused");
            } else if (target != Target.MEASURE || errno == Errno.EAGAIN) {
                assertHas(line, "measured=" + (target == Target.COMMIT && form == Form.EACH ? "nothing" : "yes"));
            }
        }
    }

    @Test
    void a_heap_that_is_born_among_refusals_does_without_or_is_refused_and_the_next_one_is_well() throws Exception {
        List<String> lines = ChildProcess.run("", 60, "births", 2000);

        assumeFilters(lines);
        assertEquals(BIRTHS * Errno.values().length, lines.size(), lines::toString);
        for (String line : lines) {
            String birth = text(line, "birth");
            if (birth.equals("no-addresses")) {
                assertHas(line, "born=no", "clear=true");
                continue;
            }
            boolean few = birth.equals("few-addresses");
            boolean purges = !birth.equals("no-purge");
            assertUndamaged(line);
            assertHas(line, "born=yes", "outOfMemory=0", "leftByClock=true", "residentIsZero=" + purges, "trimmed=true", "clocks=1", "stepFailures=0",
                    "violations=0", "liveBytes=0", few ? "reservedMiB=64" : "reservedMiB=256", few ? "capacity=64" : "capacity=128");
            assertEquals(!purges, number(line, "purgeFailures") > 0, line);
        }
    }

    @Test
    void where_addresses_are_limited_heaps_take_what_there_is_then_are_refused_clearly_and_are_born_again_after() throws Exception {
        List<String> lines = ChildProcess.run("ulimit -v 1500000 &&", 60, "addresses", 6000);

        int heaps = lines.size() - 2;
        assertTrue(heaps > 0, lines::toString);
        assertTrue(lines.subList(0, heaps).stream().allMatch(line -> number(line, "reservedMiB") < 1500), lines::toString);
        assertTrue(lines.get(heaps).matches("refused reserve\\(wantedBytes=68719476736, .*ENOMEM \\(12\\); does a limit on address space .*"), lines.get(heaps));
        String again = lines.getLast();
        assertUndamaged(again);
        assertHas(again, "reservedMiB=256", "outOfMemory=0", "left=true", "capacity=128");
    }

    @Test
    void a_full_heap_says_so_in_numbers_and_what_was_freed_serves_any_size_again() throws Exception {
        List<String> lines = ChildProcess.run("", 60, "limits");

        assertEquals(8, lines.size(), lines::toString);
        for (String line : lines) {
            long bytes = number(line, "bytes");
            long blocks = number(line, "blocks");
            assertTrue(blocks * bytes > 5 << 20 && blocks * bytes <= 8 << 20, line); // of 8 MiB; the least is for 3,000 bytes in 4,096
            assertHas(line, "whole=served", "liveBytes=0", "left=true");
            assertTrue(line.matches(".* refusal=allocate\\(byteSize=" + bytes + "\\):_liveBytes=\\d{7},_mappedBytes=\\d+,_limitBytes=8388608:.*"), line);
        }
    }

    /// A heap that may have all of its group is not played: the virtual machine is in the group too, and the two together would be killed.
    @Test
    void in_a_control_group_a_heap_knows_the_groups_limit_and_one_for_half_of_it_is_refused_rather_than_killed() throws Exception {
        Path root = Path.of("/sys/fs/cgroup");
        assumeTrue(Files.isReadable(root.resolve("cgroup.subtree_control"))
                && Files.readString(root.resolve("cgroup.subtree_control")).contains("memory"), "no version 2 control groups that limit memory");
        Path group = root.resolve("hz3-faults-" + ProcessHandle.current().pid());
        try {
            Files.createDirectory(group);
        } catch (IOException e) {
            assumeTrue(false, "no control group may be made here: " + e);
        }
        try {
            Files.writeString(group.resolve("memory.max"), Long.toString(512L << 20));
            List<String> lines = ChildProcess.run("echo $$ > " + group.resolve("cgroup.procs") + " &&", 60, "container");

            assertEquals(2, lines.size(), lines::toString);
            assertTrue(lines.getFirst().contains(", limitBytes=" + (512L << 20)), lines.getFirst());
            assertHas(lines.getLast(), "touchedMiB=256", "residentMiB=256");
            assertTrue(lines.getLast().contains("_limitBytes=" + (256L << 20)), lines.getLast());
        } finally {
            Files.delete(group);
        }
    }
}
