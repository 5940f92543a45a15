/// A ledger on a memory of one's own: pages of a file.
@SuppressWarnings("module") // the names of the boxes begin with "hz3", which ends in a digit
module example.filemapping {
    requires dev.hz3.release.ledger; // and through it the boundary, the anatomy and the machine
}
