package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hz3.os.LinuxSystem;
import dev.hz3.os.ReservedRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AddressMapStressTest {

    private static final int THREADS = 4;
    private static final int SLOTS = 1024;

    @Test
    void threads_that_open_segments_at_the_same_time_get_one_each_whoever_makes_them_usable() throws InterruptedException, ExecutionException {
        for (int round = 0; round < 40; round++) {
            try (LinuxSystem os = LinuxSystem.open()) {
                long bytes = (long) SLOTS << Geometry.SEGMENT_SHIFT;
                ReservedRange range = os.reserve(bytes, bytes, Geometry.SEGMENT_BYTES);
                try {
                    assertEquals(SLOTS, opened(new AddressMap(os, range)).size());
                } finally {
                    os.unreserve(range);
                }
            }
        }
    }

    private static Set<Segment> opened(AddressMap map) throws InterruptedException, ExecutionException {
        Set<Segment> opened = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<List<Segment>>> shares = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                PackPool home = new PackPool(t);
                shares.add(threads.submit(() -> {
                    List<Segment> mine = new ArrayList<>();
                    for (int i = 0; i < SLOTS / THREADS; i++) {
                        mine.add(map.open(SegmentKind.MEDIUM, home));
                    }
                    return mine;
                }));
            }
            for (Future<List<Segment>> share : shares) {
                opened.addAll(share.get());
            }
        }
        return opened;
    }
}
