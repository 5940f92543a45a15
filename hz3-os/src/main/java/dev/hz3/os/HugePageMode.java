package dev.hz3.os;

/// What the kernel does about transparent huge pages.
public enum HugePageMode {
    /// Anywhere, unasked.
    ALWAYS,
    /// Where a program asks for them.
    MADVISE,
    /// Nowhere.
    NEVER,
    /// The kernel does not say.
    UNKNOWN
}
