package example.pagecache;

import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
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
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Keeps pages by key. What is evicted leaves the process at the next [#settle()].
///
/// Threads: one at a time. The boxes below would allow more.
public final class PageCache implements AutoCloseable {

    private static final long BYTES = 64L << 20;

    private final OperatingSystem os = LinuxSystem.open();
    private final ReservedRange range = os.reserve(BYTES, Geometry.SEGMENT_BYTES, Geometry.SEGMENT_BYTES);
    private final AddressMap map = new AddressMap(os, range);
    private final ReleaseLedger ledger = new ReleaseLedger(os, map);
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
    private final PackPool pool = new PackPool(0);
    private final Map<String, Long> pages = new LinkedHashMap<>();

    /// The page of `key`, claimed if there is none yet.
    public MemorySegment page(String key) {
        long address = pages.computeIfAbsent(key, _ -> claim());
        return range.memory().asSlice(address - range.base(), Geometry.PAGE_BYTES);
    }

    private long claim() {
        Segment segment = pool.tightest(1);
        if (segment == Segment.NOWHERE) {
            segment = map.open(SegmentKind.MEDIUM, pool);
        }
        int page = boundary.claim(segment, 1);
        pool.update(segment);
        return segment.addressOf(page);
    }

    /// Forgets `key`, if it has a page. Only what was claimed can be released: the boundary refuses the rest.
    public void evict(String key) {
        Optional.ofNullable(pages.remove(key)).ifPresent(address -> {
            Segment segment = map.find(address);
            boundary.release(segment, new PageRange(Segment.pageOf(address), 1), ReleaseReason.LARGE_FREE);
            pool.update(segment);
        });
    }

    /// Gives the pages of what was evicted back to the system.
    ///
    /// @return how many it was
    public long settle() {
        return ledger.tick(boundary, PurgePlan.FLUSH);
    }

    /// How much of the cache is in memory now.
    public long residentBytes() {
        return os.residentBytes(range, range.base(), (long) map.usedSlots() << Geometry.SEGMENT_SHIFT);
    }

    @Override
    public void close() {
        os.unreserve(range);
        os.close();
    }

    /// Fills a cache, evicts nine pages of ten, and says what is left.
    public static void main(String[] args) {
        try (PageCache cache = new PageCache()) {
            for (int i = 0; i < 1000; i++) {
                cache.page("key " + i).copyFrom(MemorySegment.ofArray(("page " + i).getBytes(StandardCharsets.UTF_8)));
            }
            long full = cache.residentBytes();
            for (int i = 0; i < 1000; i++) {
                if (i % 10 != 0) {
                    cache.evict("key " + i);
                }
            }
            long purged = cache.settle();
            System.out.println("full=" + full + " purged=" + purged + " left=" + cache.residentBytes() + " page="
                    + cache.page("key 990").getString(0));
        }
    }
}
