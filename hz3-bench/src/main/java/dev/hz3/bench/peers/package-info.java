/// The allocators that are measured, all behind one small interface.
///
/// Read in this order: [BenchAllocator] is what is asked of each, [ReleaseCounters] what one may tell of its returning memory,
/// [AllocatorChoice] the list of them, [NativePeer] an allocator written in C, [NativeVersion] how it says which one it is,
/// [ObjectSource] those that hand out objects instead of addresses, [BlockSource] any of them
/// by places instead of addresses, [PeerJars] those that nothing is compiled against, [RawMemory] the way to the bytes that any of them hands out.
///
/// Native code outside `dev.hz3.os` is called here alone, and for the peers' sake alone: that is why the observatory, and
/// no application, is started with `--enable-native-access=dev.hz3.os,dev.hz3.bench`. A library that is not installed is
/// said to be absent; it never becomes a row of zeros.
package dev.hz3.bench.peers;
