import org.jspecify.annotations.NullMarked;

/// The machine: reserve, commit, purge, measure; the only native code.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.os {
    requires static org.jspecify;

    exports dev.hz3.os;           // what everybody may ask of the machine
    exports dev.hz3.os.testing;   // machines that count, refuse, or are not there at all
}
