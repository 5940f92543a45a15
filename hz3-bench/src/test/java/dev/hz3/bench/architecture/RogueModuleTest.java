package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A second writer of `free_bits` does not compile (I1), and an honest outsider does, so that it is the wall and not the test that refuses.
final class RogueModuleTest {

    private static final String ROGUE = "module rogue { requires dev.hz3.segment; }";

    @TempDir
    private Path output = Path.of("");

    private OutsiderCompiler compiler = new OutsiderCompiler(output);

    @BeforeEach
    void compileIntoTheTemporaryDirectory() {
        compiler = new OutsiderCompiler(output);
    }

    private static void assertRefused(String what, String module, List<String> errors) {
        String why = "(package dev.hz3.segment.bits is declared in module dev.hz3.segment, which does not export it to module " + module + ")";
        assertEquals(1, errors.size(), errors::toString);
        assertEquals(what + "\n  " + why, errors.getFirst());
    }

    @Test
    void a_module_that_names_the_pen_does_not_compile() {
        List<String> errors = compiler.errors(Map.of(
                "module-info.java", ROGUE,
                "rogue/Writer.java",
                """
                package rogue;
                import dev.hz3.segment.Segment;
                import dev.hz3.segment.bits.FreeBits;
                class Writer {
                    void write(Segment segment) {
                        FreeBits bits = segment.bits();
                        synchronized (bits) { bits.give(0, 1L); }
                    }
                }
                """));
        assertRefused("package dev.hz3.segment.bits is not visible", "rogue", errors);
    }

    @Test
    void a_module_that_uses_the_pen_without_naming_it_does_not_compile() {
        List<String> errors = compiler.errors(Map.of(
                "module-info.java", ROGUE,
                "rogue/Writer.java",
                """
                package rogue;
                import dev.hz3.segment.Segment;
                class Writer {
                    void write(Segment segment) {
                        segment.bits().give(0, 1L);
                    }
                }
                """));
        assertRefused("dev.hz3.segment.bits.FreeBits.give(int,long) in package dev.hz3.segment.bits is not accessible", "rogue", errors);
    }

    @Test
    void a_module_that_writes_who_holds_a_block_does_not_compile() {
        List<String> errors = compiler.errors(Map.of(
                "module-info.java", ROGUE,
                "rogue/Writer.java",
                """
                package rogue;
                class Writer {
                    void write(long state) {
                        dev.hz3.segment.states.BlockStates.hold(state);
                    }
                }
                """));
        assertTrue(errors.toString().contains("package dev.hz3.segment.states is not visible"), errors::toString);
    }

    @Test
    void a_module_that_writes_at_bare_addresses_does_not_compile() {
        List<String> errors = compiler.errors(Map.of(
                "module-info.java", ROGUE,
                "rogue/Writer.java",
                """
                package rogue;
                class Writer {
                    void write(long address) {
                        dev.hz3.os.raw.RawMemory.putLong(address, 0L);
                    }
                }
                """));
        assertTrue(errors.toString().contains("package dev.hz3.os.raw is not visible"), errors::toString);
    }

    @Test
    void a_module_that_calls_itself_a_friend_is_none() {
        List<String> errors = compiler.errors(Map.of(
                "module-info.java", "module dev.hz3.release.rogue { requires dev.hz3.release.boundary; }",
                "dev/hz3/release/rogue/Writer.java", "package dev.hz3.release.rogue; class Writer { dev.hz3.segment.bits.FreeBits bits; }"));
        assertRefused("package dev.hz3.segment.bits is not visible", "dev.hz3.release.rogue", errors);
    }

    @Test
    void a_module_that_reads_what_everybody_may_know_compiles() {
        assertEquals(List.of(), compiler.errors(Map.of(
                "module-info.java", ROGUE,
                "rogue/Reader.java",
                """
                package rogue;
                import dev.hz3.segment.Segment;
                class Reader {
                    boolean read(Segment segment) {
                        return segment.isFree(0) && segment.freePages() > 0;
                    }
                }
                """)));
    }

    @Test
    void the_page_cache_compiles_and_its_evicted_pages_leave_the_process() throws InterruptedException {
        String folder = "docs/examples/page-cache/";
        assertEquals(List.of(), compiler.errors(Map.of(
                "module-info.java", Layout.text(folder + "module-info.java"),
                "example/pagecache/PageCache.java", Layout.text(folder + "example/pagecache/PageCache.java"))));
        String printed = compiler.run("example.pagecache", "example.pagecache.PageCache");
        Matcher said = Pattern.compile("full=(\\d+) purged=(\\d+) left=(\\d+) page=page 990\nstatus=0").matcher(printed);
        assertTrue(said.matches(), printed);
        assertEquals(900, Long.parseLong(said.group(2)), printed);
        assertEquals(900L * 4096, Long.parseLong(said.group(1)) - Long.parseLong(said.group(3)), printed);
    }
}
