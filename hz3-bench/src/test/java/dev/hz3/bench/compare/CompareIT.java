package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CompareIT {

    @Test
    void a_row_is_compared_from_end_to_end_in_processes_of_their_own() throws IOException, InterruptedException {
        Plan plan = new Plan(EnumSet.of(Row.ARENA), Set.of(Contender.ARENA_CONFINED), 2, true, 1, new TreeMap<>());
        StringWriter lines = new StringWriter();
        List<CompareResult> heard = new ArrayList<>();

        CompareResult result = Comparison.run(plan, CompareResult.nothing(plan), new PrintWriter(lines), (soFar, _) -> heard.add(soFar));

        assertEquals(List.of(1, 2), heard.stream().map(CompareIT::rounds).toList(), "each round is heard of, and what was heard does not change");
        assertEquals(Set.of(Contender.HZ3, Contender.ARENA_CONFINED), result.versions().keySet(), lines.toString());
        Finding finding = result.findings().getFirst();
        assertEquals(2, finding.own().orElseThrow().count(), lines.toString());
        assertEquals(Contender.ARENA_CONFINED, finding.rival().orElseThrow());
        assertTrue(finding.value() > 0 && Double.isFinite(finding.value()), lines.toString());
        assertTrue(lines.toString().contains("arena, round 2 of 2:  arena-confined"), lines.toString());

        CompareResult again = Comparison.run(plan, result, new PrintWriter(Writer.nullWriter()), (_, task) -> fail(task.name()));
        assertEquals(2, rounds(again), "what is known is not measured again");
    }

    private static int rounds(CompareResult result) {
        return result.figures().firstEntry().getValue().readings(Contender.HZ3).size();
    }
}
