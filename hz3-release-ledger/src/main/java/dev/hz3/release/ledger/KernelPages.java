package dev.hz3.release.ledger;

/// The pages of the kernel, each as large as a group of ours: as it purges none in part, all pages of a group are purged, or none.
final class KernelPages {

    private KernelPages() {}

    /// Does nothing; when it returns, this class is initialized.
    static void ready() {}

    /// Returns the pages of every kernel page, of `groupPages` of ours, that one of `pages` lies in; both are words of a bitmap.
    static long whole(long pages, int groupPages) {
        if (groupPages == 1) {
            return pages;
        }
        long any = pages; // at the first page of each group: whether one of the group is there
        for (int pagesSeen = 1; pagesSeen < groupPages; pagesSeen <<= 1) {
            any |= any >>> pagesSeen;
        }
        long group = -1L >>> (Long.SIZE - groupPages);
        long firsts = Long.divideUnsigned(-1L, group);
        return (any & firsts) * group;
    }
}
