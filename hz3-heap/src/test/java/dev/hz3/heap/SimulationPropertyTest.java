package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Lives of whole heaps, each following from its seed; what can be set about them stands at [SimulationCampaign].
class SimulationPropertyTest {

    @Test
    void nothing_is_lost_whatever_the_seed() throws InterruptedException {
        long begun = System.nanoTime();
        SimulationCampaign campaign = new SimulationCampaign();
        List<String> failures = campaign.run();
        System.out.println(campaign + ", seconds=" + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    }

    @Test
    void the_same_seed_is_the_same_life_and_another_seed_another() {
        long[] memory = SimulationCampaign.memory();
        for (long seed = SimulationCampaign.FIRST; seed < SimulationCampaign.FIRST + 3; seed++) {
            Simulation.Outcome once = life(seed, memory);
            assertEquals(once, life(seed, memory), "in the memory of another life");
            assertEquals(once, life(seed, SimulationCampaign.memory()), "in fresh memory");
            assertNotEquals(once.hash(), life(seed + 1, memory).hash());
            System.out.println("simulation: seed=" + seed + ", trace=0x" + Long.toHexString(once.hash()));
        }
    }

    private static Simulation.Outcome life(long seed, long[] memory) {
        return new Simulation(seed, SimulationStep.plan(seed, SimulationCampaign.STEPS), memory).run();
    }

    @Test
    void a_failing_life_is_shrunk_to_the_steps_that_matter() {
        List<SimulationStep> plan = SimulationStep.plan(SimulationCampaign.FIRST, 500);
        SimulationStep one = plan.get(123);
        SimulationStep other = plan.get(456);
        assertEquals(List.of(one, other), SimulationShrinker.shrink(plan, steps -> steps.contains(one) && steps.contains(other), 60));
    }
}
