package dev.hz3.management;

import dev.hz3.heap.AllocationSample;
import dev.hz3.heap.AllocationSample.Stack;
import dev.hz3.heap.NativeHeap;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Events of Flight Recorder, one for each stack whose blocks are live when a heap is shown no longer: what may have leaked, those that hold most first.
@Name("dev.hz3.LiveStack")
@Label("Native Heap Live Stack")
@Description("Blocks that are live when a heap is shown no longer, by where they were allocated")
@Category("hz3")
@StackTrace(false)
final class LiveStack extends Event {

    private static final int MOST_FRAMES = 32;

    @Label("Heap")
    String heap = "";

    @Label("Live")
    @Description("Bytes that are live and came from there, within chance")
    @DataAmount
    long liveBytes;

    @Label("Samples")
    long samples;

    @Label("Frames")
    @Description("Where they were allocated")
    String frames = "";

    /// Emits them for a heap that was made with `sampleBytes`; for any other there are none.
    static void emit(String name, NativeHeap of) {
        for (Stack stack : AllocationSample.byStack(of.liveSamples())) {
            LiveStack event = new LiveStack();
            event.heap = name;
            event.liveBytes = stack.bytes();
            event.samples = stack.samples();
            event.frames = stack.text(MOST_FRAMES);
            event.commit();
        }
    }
}
