package dev.hz3.example.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
