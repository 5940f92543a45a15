package dev.hz3.example.arrow;

import dev.hz3.arrow.Hz3AllocationManagerFactory;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.netty.NettyAllocationManager;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.unsafe.UnsafeAllocationManager;

/// The one line that differs between the programs that are compared.
final class ManagerChoice {

    private ManagerChoice() {}

    /// A root on the manager of that name: `hz3`, or one of Arrow's, `unsafe` or `netty`.
    static RootAllocator rootOn(String name) {
        var config = RootAllocator.configBuilder(); // before any manager: it makes Arrow look for its default, which may be the class that is being initialized
        AllocationManager.Factory factory = switch (name) {
            case "hz3" -> new Hz3AllocationManagerFactory();
            case "unsafe" -> UnsafeAllocationManager.FACTORY;
            case "netty" -> NettyAllocationManager.FACTORY;
            default -> throw new IllegalArgumentException("hz3, unsafe or netty, not " + name);
        };
        return new RootAllocator(config.allocationManagerFactory(factory).build());
    }
}
