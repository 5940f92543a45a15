package dev.hz3.heap;

/// Makes options three times, and a heap of them, for [OptionPropertiesTest].
final class OptionsChild {

    private OptionsChild() {}

    public static void main(String[] args) {
        HeapOptions.builder(HeapPreset.THROUGHPUT).build();
        HeapOptions options = HeapOptions.builder().build();
        try (NativeHeap heap = NativeHeap.create()) {
            heap.freeAddress(heap.allocateAddress(100));
        }
        System.out.println("cacheBytes=" + options.cacheBytes() + " delayEpochsBusy=" + options.delayEpochsBusy());
        System.out.println("end");
    }
}
