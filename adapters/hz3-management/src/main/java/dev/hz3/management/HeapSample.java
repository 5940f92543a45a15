package dev.hz3.management;

import dev.hz3.heap.HeapStats;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/// A periodic event of Flight Recorder: what one heap holds. Nothing is asked of the heap unless a recording wants it.
@Name("dev.hz3.HeapSample")
@Label("Native Heap Sample")
@Description("What a native heap holds, at regular times")
@Category("hz3")
@Period("1 s")
@StackTrace(false)
final class HeapSample extends Event {

    @Label("Heap")
    String heap = "";

    @Label("Live")
    @Description("Blocks in the application's hands")
    @DataAmount
    long liveBytes;

    @Label("Cached")
    @Description("Free blocks in thread caches")
    @DataAmount
    long cachedBytes;

    @Label("Half Used")
    @Description("Free blocks in pages of small blocks")
    @DataAmount
    long halfUsedBytes;

    @Label("Stock")
    @Description("Free pages in the central lists")
    @DataAmount
    long stockBytes;

    @Label("Waiting")
    @Description("Free pages that wait to be given back")
    @DataAmount
    long waitingBytes;

    @Label("Mapped")
    @Description("Segments in use, with the free pages in them")
    @DataAmount
    long mappedBytes;

    @Label("Resident")
    @Description("What of the heap is resident, by the kernel")
    @DataAmount
    long residentBytes;

    @Label("Bookkeeping")
    @Description("Resident tables of the heap")
    @DataAmount
    long bookkeepingBytes;

    @Label("Purged")
    @Description("Given back to the operating system since the heap was created")
    @DataAmount
    long purgedBytes;

    @Label("Purge Calls")
    @Description("System calls that giving back has taken")
    long purgeCalls;

    /// Emits a sample of a heap each period from now on.
    ///
    /// @return what ends it
    static Runnable start(String name, HeapMXBean of) {
        Runnable emits = () -> emit(name, of);
        FlightRecorder.addPeriodicEvent(HeapSample.class, emits);
        return () -> FlightRecorder.removePeriodicEvent(emits);
    }

    private static void emit(String name, HeapMXBean of) {
        HeapSample sample = new HeapSample();
        HeapStats stats = of.getStats();
        sample.heap = name;
        sample.liveBytes = stats.liveBytes();
        sample.cachedBytes = stats.cachedBytes();
        sample.halfUsedBytes = stats.halfUsedBytes();
        sample.stockBytes = of.getStockBytes();
        sample.waitingBytes = of.getWaitingBytes();
        sample.mappedBytes = stats.mappedBytes();
        sample.residentBytes = of.getResidentBytes();
        sample.bookkeepingBytes = stats.bookkeepingBytes();
        sample.purgedBytes = of.getPurgedBytes();
        sample.purgeCalls = stats.purgeCalls();
        sample.commit();
    }
}
