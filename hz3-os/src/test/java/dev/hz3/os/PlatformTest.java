package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What is missing on a machine is named, before anything is used.
class PlatformTest {

    /// A C library that has all that is needed but for some.
    private static SymbolLookup without(String... names) {
        return name -> Optional.of(MemorySegment.ofAddress(1)).filter(_ -> Platform.functions().contains(name) && !List.of(names).contains(name));
    }

    private static String refusal(String system, String architecture, SymbolLookup library) {
        return String.valueOf(assertThrows(UnsupportedOperationException.class, () -> new Platform(system, architecture, library).require()).getMessage());
    }

    @Test
    void this_machine_has_everything() {
        assertDoesNotThrow(() -> Platform.current(Linker.nativeLinker().defaultLookup()).require());
    }

    @Test
    void a_library_with_nothing_but_what_is_needed_is_enough() {
        assertDoesNotThrow(() -> new Platform("Linux", "aarch64", without()).require());
    }

    @Test
    void what_is_missing_is_named() {
        assertEquals("hz3 needs Linux; this is Mac OS X", refusal("Mac OS X", "aarch64", without()));
        assertEquals("hz3 needs a processor of amd64, aarch64, riscv64; this is x86", refusal("Linux", "x86", without()));
        assertEquals("hz3 needs functions that the C library does not have: mincore, pthread_self", refusal("Linux", "amd64", without("pthread_self", "mincore")));
    }

    @Test
    void every_function_that_is_linked_is_asked_for() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/hz3/os/Libc.java"));
        List<String> linked = Pattern.compile("=\\s*(?:function|handle)\\(\"(\\w+)\"").matcher(source).results().map(found -> found.group(1)).sorted().toList();
        assertEquals(Platform.functions().stream().sorted().toList(), linked);
    }
}
