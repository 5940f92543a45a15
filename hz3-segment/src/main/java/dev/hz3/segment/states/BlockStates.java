package dev.hz3.segment.states;

import dev.hz3.os.raw.RawMemory;

/// The state of each block: 16 bits a block, in a table of its own, away from the block itself. A state is named by its address.
///
///              hand out (owner)                       return remotely (CAS)
///   NOT_LIVE ───────────────────▶ LIVE of owner ─────────────────────▶ LIVE of owner, returned
///      │ ▲ ▲                           │                                        │
///      │ │ └──── endLife (owner) ──────┘                                        │
///      │ └──────────────────────── collect (owner) ─────────────────────────────┘
///      │
///      └──stock──▶ STOCK, and the next block in stock ──unstock──▶ NOT_LIVE      by whoever locks the list
///
/// `NOT_LIVE` means: in a cache, on its way, or in free pages; not in a user's hands. An *owner* is the number of the cache
/// that handed the block out (1 … 16383). Only the owner writes without an atomic instruction, and only
/// while it is the one that may use the cache; everybody else may do one thing, by compare-and-set: mark a live block as
/// returned. The owner takes a returned block back only if the mark still stands when it collects. So of two frees of
/// one block exactly one has an effect, even if one comes from the owner and one from another thread at the same moment: a plain write that
/// runs over the mark makes the collection fail, and that is counted.
///
/// A large block is everybody's: it goes from LIVE to NOT_LIVE by one compare-and-set, by whoever frees it.
///
/// There is no compare-and-set of 16 bits outside the Java heap, so it is done to the aligned 32 bits that hold the state. A plain
/// write to the other half makes it fail and try again; it never undoes that write.
///
/// Threads: as said at each method.
public final class BlockStates {

    /// The state of a block that no user has, and that is in no stock.
    public static final int NOT_LIVE = 0;
    /// The largest number of an owner.
    public static final int MAX_OWNER = 0x3FFF;
    /// How many bytes a state has.
    public static final int BYTES = 2;
    /// Stands for the end of a list of stock.
    public static final int NO_BLOCK = 0x3FFF;

    private static final int STOCK = 0x4000;
    private static final int RETURNED = 0x8000;
    private static final int MASK = 0xFFFF;

    private BlockStates() {}

    /// Does nothing; when it returns, this class is initialized.
    public static void ready() {}

    /// Returns the state at `at` as it was a moment ago. Any thread.
    public static int peek(long at) {
        return RawMemory.getShortOpaque(at) & MASK;
    }

    /// Returns the owner of a block that is live or returned; [#NOT_LIVE] otherwise. Any thread; a recent value.
    public static int owner(long at) {
        int state = peek(at);
        return (state & STOCK) != 0 ? NOT_LIVE : state & MAX_OWNER;
    }

    /// Whether a user has the block. Any thread; a recent value.
    public static boolean isLive(long at) {
        int state = peek(at);
        return state != NOT_LIVE && (state & (RETURNED | STOCK)) == 0;
    }

    /// Whether the block is in stock. Any thread; a recent value.
    public static boolean isInStock(long at) {
        return (peek(at) & STOCK) != 0;
    }

    /// Whether the block is live and `owner`'s. By the owner.
    public static boolean isOf(long at, int owner) {
        return RawMemory.getShort(at) == (short) owner;
    }

    /// NOT_LIVE → LIVE. By the owner, which has the block.
    public static void handOut(long at, int owner) {
        RawMemory.putShort(at, (short) owner);
    }

    /// LIVE → NOT_LIVE. By the owner, which has asked [#isOf(long, int)].
    public static void endLife(long at) {
        RawMemory.putShort(at, (short) NOT_LIVE);
    }

    /// LIVE of `owner` → NOT_LIVE, if the block is that. For an owner that stands for everybody: any thread, and of two that try one succeeds.
    ///
    /// @return whether it did; the block is the caller's then
    public static boolean takeBack(long at, int owner) {
        long word = at & -Integer.BYTES;
        int shift = (int) (at - word) << 3;
        while (true) {
            int seen = RawMemory.getIntVolatile(word);
            if ((seen >>> shift & MASK) != owner) {
                return false;
            }
            if (RawMemory.compareAndSetInt(word, seen, seen & ~(MASK << shift))) {
                return true;
            }
        }
    }

    /// LIVE → returned, if the block is live and not returned yet. Any thread but the owner.
    ///
    /// @return the owner, which must be told; [#NOT_LIVE] if the block is not live
    public static int returnRemotely(long at) {
        long word = at & -Integer.BYTES;
        int shift = (int) (at - word) << 3;
        while (true) {
            int seen = RawMemory.getIntVolatile(word);
            int state = seen >>> shift & MASK;
            if (state == NOT_LIVE || (state & (RETURNED | STOCK)) != 0) {
                return NOT_LIVE;
            }
            if (RawMemory.compareAndSetInt(word, seen, seen | RETURNED << shift)) {
                return state;
            }
        }
    }

    /// Returned → NOT_LIVE, if the mark still stands. By the owner.
    ///
    /// @return whether it did
    public static boolean collect(long at, int owner) {
        if (RawMemory.getShort(at) != (short) (owner | RETURNED)) {
            return false;
        }
        RawMemory.putShort(at, (short) NOT_LIVE);
        return true;
    }

    /// NOT_LIVE → STOCK, in front of block `next` of the same run, or of [#NO_BLOCK]. By whoever has the lock of the list.
    public static void stock(long at, int next) {
        RawMemory.putShort(at, (short) (STOCK | next));
    }

    /// STOCK → NOT_LIVE. By whoever has the lock of the list.
    ///
    /// @return the block that was behind it
    public static int unstock(long at) {
        int next = RawMemory.getShort(at) & MAX_OWNER;
        RawMemory.putShort(at, (short) NOT_LIVE);
        return next;
    }
}
