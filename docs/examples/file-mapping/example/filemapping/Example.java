package example.filemapping;

import dev.hz3.os.ReservedRange;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// Claims pages of a file, writes them, releases every other one, and lets the ledger purge what was released.
public final class Example {

    private Example() {}

    /// Takes the name of a file to be made and kept. Without one the file is a temporary one.
    public static void main(String[] args) throws IOException {
        if (args.length > 1) {
            System.err.println("Usage: Example [FILE]");
            System.exit(2);
        }
        if (args.length == 1) {
            claimAndRelease(Path.of(args[0]));
            return;
        }
        Path file = Files.createTempFile("file-mapping", null);
        try {
            claimAndRelease(file);
        } finally {
            Files.delete(file);
        }
    }

    private static void claimAndRelease(Path file) {
        try (FileMemory memory = new FileMemory(file)) {
            AddressMap map = AddressMap.reserve(memory, 8L << 20);
            ReservedRange range = map.range();
            ReleaseLedger ledger = new ReleaseLedger(memory, map);
            ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
            Segment segment = map.open(SegmentKind.MEDIUM, new PackPool(0));
            int first = boundary.claim(segment, 100);
            for (int i = 0; i < 100; i++) {
                page(range, segment, first + i).fill((byte) (i + 1));
            }
            for (int i = 0; i < 100; i += 2) {
                boundary.release(segment, new PageRange(first + i, 1), ReleaseReason.LARGE_FREE);
            }
            long pages = ledger.tick(boundary, PurgePlan.FLUSH);
            System.out.println("purged=" + pages + " pages, " + memory.purgedBytes() + " bytes; released page reads "
                    + page(range, segment, first).get(ValueLayout.JAVA_BYTE, 0) + ", kept page reads "
                    + page(range, segment, first + 1).get(ValueLayout.JAVA_BYTE, 0));
            map.unreserve();
        }
    }

    private static MemorySegment page(ReservedRange range, Segment segment, int page) {
        return range.memory().asSlice(segment.addressOf(page) - range.base(), Geometry.PAGE_BYTES);
    }
}
