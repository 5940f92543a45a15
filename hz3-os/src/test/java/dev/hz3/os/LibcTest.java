package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibcTest {

    @ParameterizedTest
    @CsvSource({"1,EPERM", "3,ESRCH", "4,EINTR", "9,EBADF", "11,EAGAIN", "12,ENOMEM", "14,EFAULT", "22,EINVAL", "24,EMFILE", "38,ENOSYS"})
    void an_errno_is_named(long errno, String name) {
        assertEquals(name + " (" + errno + ")", Libc.describe(errno));
    }

    @Test
    void an_errno_that_nobody_expects_keeps_its_number() {
        assertEquals("errno (99)", Libc.describe(99));
    }

    @Test
    void a_refused_call_answers_minus_errno() {
        assertEquals(-22, Libc.munmap(1, 4096)); // EINVAL: not at a page
        assertEquals(-9, Libc.close(-1)); // EBADF
        assertEquals(-12, Libc.mmapNone(Long.MAX_VALUE)); // ENOMEM
    }
}
