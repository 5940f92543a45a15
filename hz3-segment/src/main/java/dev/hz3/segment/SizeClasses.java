package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

/// What a request is rounded up to.
///
///     index            bytes                          run               objects in a run
///     0 …  7           16 … 128, steps of 16          1 page            256 … 32
///     8 … 39           144 … 2048, 8 steps a doubling 1 to 3 pages      28 … 2
///     40               2688                           2 pages           3
///     41               4368                           16 pages          15
///     42               5440                           4 pages           3
///     43 … 58          4 KiB … 64 KiB, page steps     as many as it has 1
///
/// Internal waste is at most 15 bytes up to 128 and below 12.5 % of the block from there to 2048 bytes. The run of a small class has the fewest pages of which
/// no more than an eighth is left over: one for nearly all, two or three for 704, 832, 1152, 1408 to 1664. Between 2048 and 4096
/// bytes runs of two pages can hold three objects or two; two is what single pages hold, so there is one class of three
/// and the rest takes a page. What is a little more than a page would waste most of a second one: fifteen pages with a header of up to 272 bytes
/// share sixteen, three of what is larger share four. Those of three blocks are a little smaller than a third of their pages, because then they lie at multiples of 64,
/// an alignment that many ask for. Larger requests are not of a class: they take whole pages by count.
///
/// An index is an `int` in `[0, COUNT)`. The classes that share runs come first, in the order of their sizes, then those of whole pages: a
/// larger index is a larger block but for 41 and 42, which lie between 43 and 44.
public final class SizeClasses {

    private static final int LINEAR = 8;
    private static final int STEPS_PER_DOUBLING = 8;
    private static final int DOUBLINGS = 4;

    /// The smallest block and the alignment of every block, in bytes.
    public static final int GRANULE_BYTES = 16;
    /// The largest block of the classes that go eight a doubling, in bytes.
    public static final int MAX_SMALL_BYTES = 2048;
    /// The index of the class whose runs of two pages hold three objects.
    public static final int SUB4K = LINEAR + STEPS_PER_DOUBLING * DOUBLINGS;
    /// The index of the class of a page with a header, fifteen of which share sixteen pages.
    public static final int HEADED_PAGE = SUB4K + 1;
    /// The index of the class whose runs of four pages hold three objects.
    public static final int SUB8K = HEADED_PAGE + 1;
    /// The index of the first class of whole pages.
    public static final int FIRST_MEDIUM = SUB8K + 1;
    /// The most pages that a class of whole pages has.
    public static final int MAX_MEDIUM_PAGES = 16;
    /// The largest block that is of a class.
    public static final int MAX_MEDIUM_BYTES = MAX_MEDIUM_PAGES << PAGE_SHIFT;
    /// How many classes there are.
    public static final int COUNT = FIRST_MEDIUM + MAX_MEDIUM_PAGES;

    private static final int SHARERS = 3;
    private static final int LINE_BYTES = 64;
    private static final int SUB4K_PAGES = 2;
    private static final int SUB8K_PAGES = 4;
    private static final int HEADED_PAGES = 16;
    private static final int HEADED_PAGE_BYTES = HEADED_PAGES * PAGE_BYTES / (HEADED_PAGES - 1) / GRANULE_BYTES * GRANULE_BYTES;
    private static final int MAX_SHARED_BYTES = SUB8K_PAGES * PAGE_BYTES / SHARERS / LINE_BYTES * LINE_BYTES;
    private static final int[] BYTES = new int[PageWord.CLASSES]; // so long that the class of no page word is outside
    private static final long[] RECIPROCALS = new long[PageWord.CLASSES];
    private static final int RECIPROCAL_SHIFT = 32;
    private static final int[] PAGES = new int[COUNT];
    /// Request in granules, rounded up → index. A table even where a shift would do: sizes as they come would make a branch between the two a guess.
    private static final byte[] BY_GRANULES = new byte[(MAX_MEDIUM_BYTES >> 4) + 1];

    static {
        for (int i = 0; i < LINEAR; i++) {
            BYTES[i] = (i + 1) * GRANULE_BYTES;
            PAGES[i] = 1;
        }
        for (int i = LINEAR; i < SUB4K; i++) {
            int doubling = (i - LINEAR) / STEPS_PER_DOUBLING;
            int step = (i - LINEAR) % STEPS_PER_DOUBLING + 1;
            BYTES[i] = (128 << doubling) + step * (GRANULE_BYTES << doubling);
            PAGES[i] = fewestPages(BYTES[i]);
        }
        BYTES[SUB4K] = SUB4K_PAGES * PAGE_BYTES / SHARERS / LINE_BYTES * LINE_BYTES;
        PAGES[SUB4K] = SUB4K_PAGES;
        BYTES[HEADED_PAGE] = HEADED_PAGE_BYTES;
        PAGES[HEADED_PAGE] = HEADED_PAGES;
        BYTES[SUB8K] = MAX_SHARED_BYTES;
        PAGES[SUB8K] = SUB8K_PAGES;
        for (int i = FIRST_MEDIUM; i < COUNT; i++) {
            PAGES[i] = i - FIRST_MEDIUM + 1;
            BYTES[i] = PAGES[i] << PAGE_SHIFT;
        }
        for (int i = 0; i < FIRST_MEDIUM; i++) {
            // Exact for every offset in a run: it is below 2^16, and the error of the reciprocal below 2^-16 of a block.
            RECIPROCALS[i] = (1L << RECIPROCAL_SHIFT) / BYTES[i] + 1;
        }
        if (BYTES[SUB4K - 1] != MAX_SMALL_BYTES) {
            throw new AssertionError("the last small class has " + BYTES[SUB4K - 1] + " bytes");
        }
        int index = 0;
        for (int granules = 0; granules < BY_GRANULES.length; granules++) {
            int bytes = granules * GRANULE_BYTES;
            while (index <= SUB4K && BYTES[index] < bytes) {
                index++;
            }
            boolean isPages = bytes <= PAGE_BYTES || bytes > MAX_SHARED_BYTES;
            BY_GRANULES[granules] = (byte) (index <= SUB4K ? index : isPages ? ofPages((int) Geometry.pagesFor(bytes)) : bytes <= HEADED_PAGE_BYTES ? HEADED_PAGE : SUB8K);
        }
    }

    private SizeClasses() {}

    /// The pages of a run of blocks of `bytes` of which no more than an eighth is left over.
    private static int fewestPages(int bytes) {
        int pages = 1;
        while (pages * PAGE_BYTES % bytes * 8 > pages * PAGE_BYTES) {
            pages++;
        }
        return pages;
    }

    /// The class of the smallest block that holds `bytes`, from 0 to [#MAX_MEDIUM_BYTES]; 0 bytes count as one.
    public static int of(long bytes) {
        return BY_GRANULES[(int) (bytes + GRANULE_BYTES - 1) >>> 4];
    }

    /// The class of runs of `pages` whole pages, from 1 to [#MAX_MEDIUM_PAGES].
    public static int ofPages(int pages) {
        return FIRST_MEDIUM - 1 + pages;
    }

    /// The size of a block, in bytes.
    public static int bytes(int sizeClass) {
        return BYTES[sizeClass];
    }

    /// The number of the block that the byte `offset` of a run lies in; 0 for a run that is one block. Any class that a [PageWord] can have.
    public static long blockAt(int sizeClass, long offset) {
        return offset * RECIPROCALS[sizeClass & PageWord.CLASSES - 1] >>> RECIPROCAL_SHIFT;
    }

    /// Where block `block` of a run begins. Any class that a [PageWord] can have.
    public static long offsetOf(int sizeClass, long block) {
        return block * BYTES[sizeClass & PageWord.CLASSES - 1];
    }

    /// How many pages a run of the class has.
    public static int pages(int sizeClass) {
        return PAGES[sizeClass];
    }

    /// How many blocks a run of the class holds.
    public static int objects(int sizeClass) {
        return (PAGES[sizeClass] << PAGE_SHIFT) / BYTES[sizeClass];
    }

    /// Whether a block of the class is a run of its own.
    public static boolean isMedium(int sizeClass) {
        return sizeClass >= FIRST_MEDIUM;
    }
}
