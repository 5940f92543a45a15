package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineFactsTest {

    private static final long MIB = 1L << 20;
    private static final long NOTHING_SAID = 1L << 60;
    private static final String MACHINE_OF_8_GIB = """
            MemTotal:        8388608 kB
            MemFree:         1234567 kB
            MemAvailable:    2345678 kB
            """;

    @ParameterizedTest
    @CsvSource({
        "[always] madvise never,ALWAYS",
        "always [madvise] never,MADVISE",
        "always madvise [never],NEVER",
        "always inherit madvise never,UNKNOWN",
        "'',UNKNOWN"
    })
    void the_mode_of_huge_pages_stands_in_brackets(String enabled, HugePageMode mode) {
        assertEquals(mode, MachineFacts.hugePageMode(enabled + "\n"));
    }

    @Test
    void without_groups_the_limit_is_what_the_machine_has() {
        assertEquals(8192 * MIB, limit("", Map.of()));
    }

    @Test
    void a_second_generation_group_limits() {
        assertEquals(512 * MIB, limit("0::/app\n", Map.of("/sys/fs/cgroup/app/memory.max", "536870912\n")));
    }

    @Test
    void a_group_at_the_root_limits_as_inside_a_container() {
        assertEquals(512 * MIB, limit("0::/\n", Map.of("/sys/fs/cgroup/memory.max", "536870912\n")));
    }

    @Test
    void max_is_no_limit() {
        assertEquals(8192 * MIB, limit("0::/app\n", Map.of("/sys/fs/cgroup/app/memory.max", "max\n")));
    }

    @Test
    void the_least_of_nested_groups_limits() {
        assertEquals(256 * MIB, limit("0::/a/b/c\n", Map.of(
                "/sys/fs/cgroup/a/memory.max", "268435456\n",
                "/sys/fs/cgroup/a/b/memory.max", "max\n",
                "/sys/fs/cgroup/a/b/c/memory.max", "536870912\n")));
    }

    @Test
    void a_limit_above_what_the_machine_has_is_none() {
        assertEquals(8192 * MIB, limit("0::/app\n", Map.of("/sys/fs/cgroup/app/memory.max", "1099511627776\n")));
    }

    @Test
    void a_first_generation_group_limits() {
        assertEquals(512 * MIB, limit("""
                5:cpu,cpuacct:/app
                4:memory:/app
                1:name=systemd:/app
                """, Map.of("/sys/fs/cgroup/memory/app/memory.limit_in_bytes", "536870912\n")));
    }

    @Test
    void controllers_may_share_a_hierarchy() {
        assertEquals(512 * MIB,
                limit("4:cpu,memory:/app\n", Map.of("/sys/fs/cgroup/memory/app/memory.limit_in_bytes", "536870912\n")));
    }

    @Test
    void a_first_generation_group_that_is_mounted_as_the_root_limits() {
        assertEquals(512 * MIB,
                limit("4:memory:/docker/0123abcd\n", Map.of("/sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854771712", "9223372036854710272", "18446744073709551615", "-1", "0", ""})
    void the_first_generations_ways_to_say_no_limit_are_understood(String text) {
        assertEquals(8192 * MIB, limit("4:memory:/app\n", Map.of("/sys/fs/cgroup/memory/app/memory.limit_in_bytes", text + "\n")));
    }

    @Test
    void of_both_generations_the_lesser_limits() {
        String both = "4:memory:/one\n0::/two\n";
        assertEquals(128 * MIB, limit(both, Map.of(
                "/sys/fs/cgroup/memory/one/memory.limit_in_bytes", "268435456\n",
                "/sys/fs/cgroup/two/memory.max", "134217728\n")));
    }

    @Test
    void a_group_outside_of_the_namespace_is_limited_by_the_root_that_is_seen() {
        assertEquals(512 * MIB, limit("0::/../../other\n", Map.of("/sys/fs/cgroup/memory.max", "536870912\n")));
    }

    @Test
    void a_colon_belongs_to_the_name_of_a_group() {
        assertEquals(512 * MIB, limit("0::/a:b\n", Map.of("/sys/fs/cgroup/a:b/memory.max", "536870912\n")));
    }

    @Test
    void lines_that_are_no_groups_are_passed_over() {
        assertEquals(8192 * MIB, limit("\nnonsense\n1:2\n", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MemTotal: kB\n", "MemFree: 12 kB\n"})
    void where_nothing_is_said_the_limit_is_none(String meminfo) {
        assertEquals(NOTHING_SAID, MachineFacts.memoryLimitBytes("", _ -> "", meminfo, ""));
    }

    @Test
    void resident_bytes_are_counted_by_the_rollup() {
        assertEquals(1234 * 1024, MachineFacts.residentBytes("""
                55d0c0000000-7ffd00000000 ---p 00000000 00:00 0                          [rollup]
                Rss:                1234 kB
                Pss:                1000 kB
                Pss_Dirty:           900 kB
                """, "9 9 9 9 9 9 9\n", 4096));
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536})
    void without_a_rollup_resident_bytes_are_pages_of_statm(int pageBytes) {
        assertEquals(250L * pageBytes, MachineFacts.residentBytes("", "1000 250 100 5 0 300 0\n", pageBytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1000", "1000 many 3"})
    void without_both_nothing_is_said(String statm) {
        assertEquals(-1, MachineFacts.residentBytes("", statm, 4096));
    }

    @Test
    void the_lower_of_what_is_high_and_what_is_most_limits_in_all_groups_above() {
        assertEquals(128 * MIB, limit("0::/a/b\n", Map.of("/sys/fs/cgroup/a/b/memory.high", "134217728\n")));
        assertEquals(128 * MIB, limit("0::/a/b\n", Map.of(
                "/sys/fs/cgroup/a/memory.high", "134217728\n",
                "/sys/fs/cgroup/a/b/memory.high", "max\n",
                "/sys/fs/cgroup/a/b/memory.max", "268435456\n")));
        assertEquals(64 * MIB, limit("0::/a\n", Map.of(
                "/sys/fs/cgroup/a/memory.high", "134217728\n",
                "/sys/fs/cgroup/a/memory.max", "67108864\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/\u00fcber/\u00e4pp", "/\u00c3\u00bc", "/\u0085next", "/ blanks ", "/tab\t", "/a\rb", "/a/b c:d/..e", "/\u2028"})
    void a_name_is_bytes_and_none_of_them_is_left_out(String group) {
        assertEquals(512 * MIB, limit("0::" + group + "\n", Map.of("/sys/fs/cgroup" + group + "/memory.max", "536870912\n")));
        assertEquals(512 * MIB, limit("3:memory:" + group + "\n", Map.of("/sys/fs/cgroup/memory" + group + "/memory.limit_in_bytes", "536870912\n")));
    }

    @Test
    void the_limits_of_the_process_are_limits_of_its_memory() {
        assertEquals(900 * MIB, MachineFacts.memoryLimitBytes("", _ -> "", MACHINE_OF_8_GIB, limits("943718400", "unlimited")));
        assertEquals(800 * MIB, MachineFacts.memoryLimitBytes("", _ -> "", MACHINE_OF_8_GIB, limits("943718400", "838860800")));
        assertEquals(8192 * MIB, MachineFacts.memoryLimitBytes("", _ -> "", MACHINE_OF_8_GIB, limits("unlimited", "unlimited")));
        assertFalse(MachineFacts.isLimited(MachineFacts.addressLimitBytes(limits("1", "unlimited"))));
        assertTrue(MachineFacts.isLimited(MachineFacts.dataLimitBytes(limits("1", "unlimited"))));
    }

    private static String limits(String data, String addresses) {
        return "Limit                     Soft Limit           Hard Limit           Units     \n"
                + "Max cpu time              unlimited            unlimited            seconds   \n"
                + "Max data size             " + data + "            unlimited            bytes     \n"
                + "Max address space         " + addresses + "            unlimited            bytes     \n";
    }

    @Test
    void the_status_says_what_counts_for_which_limit() {
        String status = "VmSize:\t  5000 kB\nVmLck:\t       8 kB\nVmData:\t    3000 kB\n";
        assertEquals(5000 * 1024, MachineFacts.addressBytes(status));
        assertEquals(8 * 1024, MachineFacts.lockedBytes(status));
        assertEquals(3000 * 1024, MachineFacts.dataBytes(status));
        assertEquals(0, MachineFacts.dataBytes(""));
    }

    private static long limit(String cgroups, Map<String, String> files) {
        return MachineFacts.memoryLimitBytes(cgroups, file -> files.getOrDefault(file, ""), MACHINE_OF_8_GIB, "");
    }
}
