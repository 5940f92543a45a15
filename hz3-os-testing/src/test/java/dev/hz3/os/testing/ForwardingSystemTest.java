package dev.hz3.os.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForwardingSystemTest {

    private static final ReservedRange RANGE = new ReservedRange(1 << 12, 1 << 12, MemorySegment.ofArray(new byte[1 << 12]));

    private final RuntimeException failure = new IllegalStateException("of the other machine");
    private final List<String> heard = new ArrayList<>();

    /// Notes every call, with its arguments, and fails.
    private final OperatingSystem noting = (OperatingSystem) Proxy.newProxyInstance(
            ForwardingSystemTest.class.getClassLoader(), new Class<?>[] {OperatingSystem.class}, (_, method, arguments) -> {
                heard.add(call(method, arguments));
                throw failure;
            });
    private final OperatingSystem os = new ForwardingSystem(noting) {};

    private static String call(Method method, @Nullable Object @Nullable [] arguments) {
        return method.getName() + (arguments == null ? "[]" : Arrays.toString(arguments));
    }

    @Test
    void every_call_reaches_the_other_machine_as_it_was_made_and_so_does_its_failure() {
        List<Method> calls = Arrays.stream(OperatingSystem.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.getName().equals("backByHugePage"))
                .toList();
        assertTrue(calls.size() >= 15, () -> "saw " + calls);
        assertAll(calls.stream().map(method -> () -> {
            Object[] arguments = arguments(method);
            heard.clear();
            Throwable thrown = assertThrows(InvocationTargetException.class, () -> method.invoke(os, arguments), method::getName).getCause();
            assertSame(failure, thrown, method.getName());
            assertEquals(List.of(call(method, arguments)), heard);
        }));
    }

    @Test
    void backing_by_a_huge_page_is_heard_as_the_advice_that_it_is_made_of() {
        assertThrows(IllegalStateException.class, () -> os.backByHugePage(RANGE, RANGE.base(), RANGE.bytes()));
        assertEquals(List.of("advise[" + RANGE + ", 4096, 4096, HUGE_PAGES]"), heard);
    }

    /// Different numbers, so that two that change places are noticed.
    private static Object[] arguments(Method method) {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            arguments[i] = type == long.class ? (Object) (1L + i)
                    : type == ReservedRange.class ? RANGE
                    : type == PurgeBatch.class ? new PurgeBatch()
                    : type == Arena.class ? Arena.global()
                    : OperatingSystem.Advice.SPLIT;
        }
        return arguments;
    }
}
