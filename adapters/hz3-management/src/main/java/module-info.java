import org.jspecify.annotations.NullMarked;

/// What a `NativeHeap` holds and does, for JMX and Flight Recorder.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.management {
    requires transitive dev.hz3.heap;
    requires transitive java.management;
    requires static jdk.jfr;            // a virtual machine without it has the bean, and no events
    requires static org.jspecify;

    exports dev.hz3.management;
}
