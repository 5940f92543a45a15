package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.giveback.Observation;
import dev.hz3.bench.giveback.ObservationJson;
import dev.hz3.bench.giveback.ObservationPage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the README, its picture and the trial's page say of who gives memory back is what was measured, and made by the command that they name.
final class WhoPageTest {

    private static final String TRIAL = "docs/trials/0026-who-gives-memory-back";
    private static final List<String> PICTURED = List.of("hz3", "glibc", "glibc-trim", "jemalloc-background", "mimalloc", "tcmalloc");
    private static final String AGAIN = "bin/hz3-bench observe --contenders nobody --with " + TRIAL + ".json --svg docs/images/who-gives-memory-back.svg --svg-of "
            + String.join(",", PICTURED) + " --report " + TRIAL + ".html";
    private static final int MOST_BYTES = 300 << 10;

    private final Observation measured = ObservationJson.parse(Layout.text(TRIAL + ".json"));

    @Test
    void the_verdicts_are_those_of_the_trial() {
        assertTrue(Layout.text("README.md").contains("```\n" + measured.verdicts() + "```"), "the README should have:\n" + measured.verdicts());
        assertTrue(Layout.text(TRIAL + ".md").contains(measured.table()), "the trial should have:\n" + measured.table());
    }

    @Test
    void the_picture_and_the_page_are_made_of_the_trial_and_small() {
        assertEquals(measured.picture(PICTURED).text(), Layout.text("docs/images/who-gives-memory-back.svg"), AGAIN);
        String page = Layout.text(TRIAL + ".html");
        assertEquals(ObservationPage.text(measured), page, AGAIN);
        assertTrue(page.length() < MOST_BYTES, "length=" + page.length());
        assertTrue(Layout.text(TRIAL + ".md").contains(AGAIN), AGAIN);
    }
}
