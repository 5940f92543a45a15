package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A second writer of `free_bits` does not compile (I1), and an honest outsider does, so that it is the wall and not the test that refuses.
final class RogueModuleTest {

    @TempDir
    private Path output = Path.of("");

    private OutsiderCompiler compiler = new OutsiderCompiler(output);

    @BeforeEach
    void compileIntoTheTemporaryDirectory() {
        compiler = new OutsiderCompiler(output);
    }

    @ParameterizedTest
    @EnumSource
    void an_outsider_that_walks_into_a_wall_does_not_compile(CompilerWalls wall) {
        assertEquals(List.of(wall.refusal()), compiler.errors(wall.outsider()));
    }

    @Test
    void a_module_that_reads_what_everybody_may_know_compiles() {
        assertEquals(List.of(), compiler.errors(Map.of(
                "module-info.java", "module rogue { requires dev.hz3.segment; }",
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
}
