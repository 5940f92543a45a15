import org.jspecify.annotations.NullMarked;

/// The machine: reserve, commit, purge, measure; the only native code.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name; and the module of the second export is compiled after this one
module dev.hz3.os {
    requires static org.jspecify;

    exports dev.hz3.os;                           // what everybody may ask of the machine
    exports dev.hz3.os.raw to dev.hz3.segment;    // tables at bare addresses
}
