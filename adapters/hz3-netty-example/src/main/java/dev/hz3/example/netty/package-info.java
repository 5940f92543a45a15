/// A Netty server that has bursts and then none, run with one allocator after the other.
///
/// In reading order: `EchoServer` is an ordinary server whose one line about allocators is [dev.hz3.example.netty.AllocatorChoice]; `Clients` are a process of
/// their own, so that their memory is not the server's; [dev.hz3.example.netty.BurstThenSilence], [dev.hz3.example.netty.Requests], [dev.hz3.example.netty.Pairs]
/// and [dev.hz3.example.netty.Soak] are the programs. Lines that begin with `sample` or `figure` are for `hz3-bench drop-ins`.
package dev.hz3.example.netty;
