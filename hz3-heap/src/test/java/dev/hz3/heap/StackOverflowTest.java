package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An operation breaks off for want of stack at each depth that it has. A block may be lost by that; nothing else may happen. `-Dhz3.dives` says how many threads
/// dive. They do so in a virtual machine of their own: in one that has run other tests before, a dive took up to a hundred times as long.
class StackOverflowTest {

    private static final int DIVES = Integer.getInteger("hz3.dives", 300);
    private static final long LIMIT_SECONDS = 600; // it may find a lock that nobody gives back

    @Test
    void an_operation_that_runs_out_of_stack_damages_nothing() throws Exception {
        List<String> lines = ChildProcess.run(StackOverflowChild.class, List.of("-ea"), LIMIT_SECONDS, DIVES);
        Map<String, String> seen = ChildProcess.values(lines.getFirst());
        assertEquals("none", seen.get("damage"), lines::toString);
        assertEquals("0", seen.get("stockPages"), lines::toString);
        assertTrue(Integer.parseInt(seen.getOrDefault("overflows", "0")) > DIVES, lines::toString);
    }
}
