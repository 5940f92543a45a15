package dev.hz3.example.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.netty.Hz3ByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EchoServerTest {

    private static final int MOST_BYTES = 200_000;

    @ParameterizedTest
    @ValueSource(strings = {"hz3", "pooled", "adaptive"})
    void it_answers_with_what_it_was_sent_on_each_allocator(String name) throws IOException, InterruptedException {
        serve(AllocatorChoice.named(name));
    }

    @Test
    void what_it_is_sent_lies_in_the_heap_and_has_left_it_when_everybody_has_gone() throws IOException, InterruptedException {
        Hz3ByteBufAllocator allocator = new Hz3ByteBufAllocator();
        serve(allocator);
        assertEquals(0, allocator.heap().stats().liveBytes());
        allocator.heap().trim();
        assertTrue(allocator.heap().stats().purgedPages() > 0, "the heap has served nothing");
        allocator.heap().close();
    }

    private static void serve(ByteBufAllocator allocator) throws IOException, InterruptedException {
        byte[] body = new byte[MOST_BYTES];
        new Random(1).nextBytes(body);
        try (EchoServer server = new EchoServer(allocator)) {
            for (int bytes : new int[] {1, 256, 5_000, 65_536, MOST_BYTES}) {
                try (Connection connection = new Connection(server.port())) {
                    for (int i = 0; i < 3; i++) {
                        connection.begin(body, bytes);
                        connection.complete(body, bytes);
                        connection.receive(body, bytes);
                    }
                }
            }
        }
    }
}
