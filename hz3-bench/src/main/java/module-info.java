import org.jspecify.annotations.NullMarked;

/// The observatory: burst/idle, trace replay, JMH per box, peers, and the proofs of the walls.
@NullMarked
@SuppressWarnings({
    "module",                // "hz3" ends in a digit: it is the name
    "requires-automatic"     // JMH and Netty have no descriptors
})
module dev.hz3.bench {
    requires transitive dev.hz3.heap;
    requires info.picocli;
    requires java.management;
    requires jdk.management;                 // what threads allocate on the Java heap
    requires java.xml;                       // pictures
    requires io.netty.buffer;                // a peer
    requires jmh.core;
    requires com.google.gson;                // what JMH has written
    requires HdrHistogram;                   // pauses
    requires static org.jspecify;

    exports dev.hz3.bench;
    exports dev.hz3.bench.jmh to jmh.core;
    exports dev.hz3.bench.jmh.jmh_generated to jmh.core;
    opens dev.hz3.bench to info.picocli;     // which sets the fields of the commands
}
