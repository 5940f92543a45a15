package dev.hz3.segment;

/// The roots that every size in hz3 descends from, and the relations between them.
///
///     segment, 2 MiB, aligned to its size
///     ├───────┬───────┬───────┬── … ──┬───────┤
///     │ page 0│ page 1│ page 2│       │page511│    page: 4 KiB
///     └───────┴───────┴───────┴── … ──┴───────┘
///             └── run: consecutive pages ──┘
public final class Geometry {

    /// log2 of a page.
    public static final int PAGE_SHIFT = 12;
    /// log2 of a segment.
    public static final int SEGMENT_SHIFT = 21;

    /// 4 KiB.
    public static final int PAGE_BYTES = 1 << PAGE_SHIFT;
    /// 2 MiB.
    public static final int SEGMENT_BYTES = 1 << SEGMENT_SHIFT;
    /// 512.
    public static final int PAGES_PER_SEGMENT = 1 << (SEGMENT_SHIFT - PAGE_SHIFT);
    /// 8, with no partial last word.
    public static final int FREE_BITS_WORDS = PAGES_PER_SEGMENT / Long.SIZE;
    /// log2 of the pages that one word of `free_bits` covers.
    public static final int WORD_SHIFT = 6;

    static {
        if (FREE_BITS_WORDS * Long.SIZE != PAGES_PER_SEGMENT || 1 << WORD_SHIFT != Long.SIZE) {
            throw new AssertionError("free_bits does not fit its words: pages=" + PAGES_PER_SEGMENT);
        }
    }

    private Geometry() {}

    /// How many pages hold `bytes`, at least one.
    public static long pagesFor(long bytes) {
        return bytes <= PAGE_BYTES ? 1 : (bytes + PAGE_BYTES - 1) >>> PAGE_SHIFT;
    }
}
