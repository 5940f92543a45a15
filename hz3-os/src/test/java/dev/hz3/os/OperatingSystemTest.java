package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/// What every machine does in the same way.
class OperatingSystemTest {

    private static final int PAGE = 4096;

    @Test
    void a_huge_page_of_which_the_kernel_does_not_say_whether_it_is_there_counts_as_there() {
        OperatingSystem os = (OperatingSystem) Proxy.newProxyInstance(
                OperatingSystem.class.getClassLoader(), new Class<?>[] {OperatingSystem.class}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "backByHugePage" -> InvocationHandler.invokeDefault(proxy, method, arguments);
                    case "advise" -> true;
                    case "pageBytes" -> PAGE;
                    case "residentBytes" -> throw new IllegalStateException("the kernel does not say");
                    default -> throw new AssertionError(method);
                });
        ReservedRange range = new ReservedRange(PAGE, PAGE, MemorySegment.ofArray(new byte[PAGE]));

        assertTrue(os.backByHugePage(range, range.base(), range.bytes()));
    }
}
