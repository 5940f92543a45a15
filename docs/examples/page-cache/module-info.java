/// A page cache on four of hz3's boxes: no heap, no thread caches, no size classes.
@SuppressWarnings("module") // the names of the boxes begin with "hz3", which ends in a digit
module example.pagecache {
    requires dev.hz3.release.ledger; // and through it the boundary, the anatomy and the machine
}
