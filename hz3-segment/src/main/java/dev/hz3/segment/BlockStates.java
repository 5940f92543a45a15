package dev.hz3.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Who holds each block: one `char` a block, kept away from the block itself.
///
///              hand out (owner)
///     HELD ─────────────────────▶ LIVE of owner ──────────────────▶ LIVE of owner, returned
///      ▲ ▲                         │ ▲       return from afar (CAS)        │
///      │ │        set aside (owner)▼ │ hand out (owner)                    │
///      │ └──── hold (owner) ───── ASIDE of owner                           │
///      └──────────────────── collect (owner) ──────────────────────────────┘
///
/// `HELD` means: in a cache, in a central list, or in free pages; not in a user's hands. `ASIDE` means the same, but for one block of each owner: the owner knows
/// whether it is live, and frees and allocates it again without writing it down. An *owner* is the number of the cache
/// that handed the block out (1 … 16383). Only the owner writes without an atomic instruction, and only
/// while it is the one that may use the cache; everybody else may do one thing, by compare-and-set: mark a live block as
/// returned. The owner takes a returned block back only if the mark still stands when it collects. So of two frees of
/// one block exactly one has an effect, even where one comes from the owner and one from afar at the same moment: a plain write that runs over
/// the mark makes the collection fail, and that is counted.
///
/// Threads: as said at each method.
public sealed class BlockStates permits SmallRun {

    /// The state of a block that no user holds.
    public static final int HELD = 0;
    /// The largest number of an owner.
    public static final int MAX_OWNER = 0x3FFF;
    private static final int ASIDE = 0x4000;
    private static final int RETURNED = 0x8000;

    private static final VarHandle STATE = MethodHandles.arrayElementVarHandle(char[].class);

    private final char[] states;

    /// All of `blocks` blocks held.
    public BlockStates(int blocks) {
        states = new char[blocks];
    }

    /// How many blocks there are.
    public int blocks() {
        return states.length;
    }

    /// The owner of a block that is live, returned or aside; [#HELD] otherwise. Any thread; a recent value.
    public int owner(int block) {
        return (char) STATE.getOpaque(states, block) & MAX_OWNER;
    }

    /// Whether a user holds the block, as far as is written down. Any thread; a recent value.
    public boolean isLive(int block) {
        int state = (char) STATE.getOpaque(states, block);
        return state != HELD && (state & (RETURNED | ASIDE)) == 0;
    }

    /// The owner of a block that is aside, which knows whether it is live; [#HELD] where it is not aside. Any thread; a recent value.
    public int keeper(int block) {
        int state = (char) STATE.getVolatile(states, block);
        return (state & ASIDE) != 0 ? state & MAX_OWNER : HELD;
    }

    /// Whether the block is live and `owner`'s. By the owner.
    public boolean isOf(int block, int owner) {
        return states[block] == owner;
    }

    /// Whether the block was freed from afar and its owner has not collected it yet. Any thread; a recent value.
    public boolean isReturned(int block) {
        return ((char) STATE.getOpaque(states, block) & RETURNED) != 0;
    }

    /// HELD or aside → LIVE. By the owner, which holds the block.
    public void handOut(int block, int owner) {
        states[block] = (char) owner;
    }

    /// LIVE or aside → HELD. By the owner, which has asked [#isOf(int, int)].
    public void hold(int block) {
        states[block] = HELD;
    }

    /// LIVE → aside. By the owner, which has asked [#isOf(int, int)].
    public void setAside(int block, int owner) {
        states[block] = (char) (owner | ASIDE);
    }

    /// Aside → returned: what was freed from afar while it was aside is collected like any other. By the owner.
    public void setReturned(int block, int owner) {
        states[block] = (char) (owner | RETURNED);
    }

    /// LIVE → returned, if the block is live and not returned yet. Any thread but the owner.
    ///
    /// @return the owner, who must be told; [#HELD] where the block is not live, or aside
    public int returnFromAfar(int block) {
        char state = (char) STATE.getVolatile(states, block);
        while (state != HELD && (state & (RETURNED | ASIDE)) == 0) {
            char seen = (char) STATE.compareAndExchange(states, block, state, (char) (state | RETURNED));
            if (seen == state) {
                return state;
            }
            state = seen;
        }
        return HELD;
    }

    /// Returned → HELD, if the mark still stands. By the owner.
    public boolean collect(int block, int owner) {
        if (states[block] != (owner | RETURNED)) {
            return false;
        }
        states[block] = HELD;
        return true;
    }
}
