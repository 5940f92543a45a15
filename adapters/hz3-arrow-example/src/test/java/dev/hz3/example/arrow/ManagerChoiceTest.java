package dev.hz3.example.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManagerChoiceTest {

    @ParameterizedTest
    @ValueSource(strings = {"hz3", "unsafe", "netty"})
    void vectors_live_on_each_manager(String name) {
        try (RootAllocator root = ManagerChoice.rootOn(name)) {
            try (IntVector vector = new IntVector("v", root)) {
                vector.setSafe(100_000, 7);
                assertEquals(7, vector.get(100_000));
            }
            ArrowBuf buffer = root.buffer(100);
            buffer.close();
            assertEquals(0, root.getAllocatedMemory());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hz3", "unsafe", "netty"})
    void each_may_be_the_first_that_a_process_has_seen(String name) throws Exception {
        URL[] path = Pattern.compile(File.pathSeparator).splitAsStream(System.getProperty("java.class.path")).map(ManagerChoiceTest::url).toArray(URL[]::new);
        try (URLClassLoader fresh = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            Method rootOn = fresh.loadClass(ManagerChoice.class.getName()).getDeclaredMethod("rootOn", String.class);
            rootOn.setAccessible(true);
            ((AutoCloseable) rootOn.invoke(null, name)).close();
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }
}
