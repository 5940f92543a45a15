package dev.hz3.bench.observe;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// Where the Java heap of this process lies, by the virtual machine's own word (`jcmd GC.heap_info`).
///
/// @param from its first address
/// @param end the first behind it
public record JavaHeapRange(long from, long end) {

    private static final Pattern ADDRESSES = Pattern.compile("\\[((?:0x[0-9a-f]+(?:, )?)+)\\)");

    /// Asks the virtual machine.
    public static JavaHeapRange find() {
        try {
            Object said = ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcHeapInfo", new Object[0], new String[0]);
            return parse(String.valueOf(said));
        } catch (JMException failure) {
            throw new IllegalStateException("the virtual machine does not say where its heap is", failure);
        }
    }

    /// The least and the greatest address that are named.
    static JavaHeapRange parse(String said) {
        long from = Long.MAX_VALUE;
        long end = 0;
        Matcher addresses = ADDRESSES.matcher(said);
        while (addresses.find()) {
            for (String address : addresses.group(1).split(", ", -1)) {
                long value = Long.parseUnsignedLong(address.substring(2), 16);
                from = Math.min(from, value);
                end = Math.max(end, value);
            }
        }
        if (end == 0) {
            throw new IllegalArgumentException("names no addresses: " + said);
        }
        return new JavaHeapRange(from, end);
    }

    /// How much of it is resident now, in bytes, by the kernel.
    public long residentBytes() {
        return ProcessMemory.residentBytes(from, end);
    }
}
