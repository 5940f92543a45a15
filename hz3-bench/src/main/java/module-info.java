import org.jspecify.annotations.NullMarked;

/// The observatory: burst/idle, trace replay, JMH per box, peers, and the proofs of the walls.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.bench {
    requires transitive dev.hz3.heap;
    requires info.picocli;
    requires java.xml;                       // pictures
    requires static org.jspecify;

    exports dev.hz3.bench;
    opens dev.hz3.bench to info.picocli;     // which sets the fields of the commands
}
