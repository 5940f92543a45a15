package org.apache.arrow.memory;

import dev.hz3.arrow.Hz3AllocationManagerFactory;

/// Makes hz3 the default of the process, by being found first: Arrow looks for a class of this name, and takes its `FACTORY`.
public final class DefaultAllocationManagerFactory {

    /// With the one heap that every allocator without a configuration of its own uses.
    public static final AllocationManager.Factory FACTORY = new Hz3AllocationManagerFactory();

    private DefaultAllocationManagerFactory() {}
}
