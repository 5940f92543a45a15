package dev.hz3.heap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What a hardened heap does to each block, so that damage which costs too much to look for always is found all the same.
///
///     live      │ what was asked for │ 0xFD … │ size ⊕ key │ key │      read back at the free
///     freed     │ 0xDE 0xDE 0xDE 0xDE …                         │      rests here, and is read back when it leaves
///
/// The key is another for each address and each heap. A freed block rests until [#RESTING_BYTES] more were freed: a second free of it is refused
/// however long ago the first was, as long as it rests, and a late write is found when it leaves. One that was written to never leaves.
///
/// Threads: any; one lock, which is why a hardened heap is for looking and not for speed.
final class BlockGuard {

    /// What a block has behind what was asked for.
    static final int TAIL_BYTES = 16;
    /// How much rests at most.
    static final long RESTING_BYTES = 4L << 20;

    private static final byte PAST_THE_END = (byte) 0xFD;
    private static final byte FREED = (byte) 0xDE;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    /// What the guard wants of the heap.
    interface Blocks {
        /// The size of the live block at `address`; refuses every other number.
        long usable(long address);

        /// Frees it, now.
        void release(long address);
    }

    private record Resting(long address, long bytes) {}

    private final MemorySegment memory;
    private final long base;
    private final Blocks blocks;
    private final long secret = new SplittableRandom().nextLong();
    private final Queue<Resting> queue = new ArrayDeque<>();
    private final Map<Long, Long> resting = new HashMap<>(); // address → bytes; those that were damaged stay
    private long restingBytes;
    private long damaged;

    /// A guard of the blocks in `memory`, which begins at address `base`.
    BlockGuard(MemorySegment memory, long base, Blocks blocks) {
        this.memory = memory;
        this.base = base;
        this.blocks = blocks;
    }

    /// A block of `byteSize` bytes, and room behind it, is about to be handed out.
    void issue(long address, long byteSize, long usable) {
        long tail = address - base + usable - TAIL_BYTES;
        memory.asSlice(address - base + byteSize, usable - TAIL_BYTES - byteSize).fill(PAST_THE_END);
        memory.set(LONG, tail, byteSize ^ key(address));
        memory.set(LONG, tail + Long.BYTES, key(address));
    }

    /// How many bytes were asked for.
    ///
    /// @throws InvalidFreeException where no live block begins there
    /// @throws MemoryDamageException where the block was written past its end
    synchronized long size(long address) {
        if (resting.containsKey(address)) {
            throw new InvalidFreeException(address, "freed before");
        }
        long usable = blocks.usable(address);
        long tail = address - base + usable - TAIL_BYTES;
        long size = memory.get(LONG, tail) ^ key(address);
        if (memory.get(LONG, tail + Long.BYTES) != key(address) || size < 0 || size > usable - TAIL_BYTES) {
            throw new MemoryDamageException(address, "written past its end, to the end of its " + usable + " bytes");
        }
        for (long at = address - base + size; at < tail; at++) {
            if (memory.get(ValueLayout.JAVA_BYTE, at) != PAST_THE_END) {
                throw new MemoryDamageException(address, "of " + size + " bytes, written past its end at offset " + (at - address + base));
            }
        }
        return size;
    }

    /// Puts a live block to rest. Where that makes others leave and one of them was written to, it stays and the caller hears of it; this block
    /// is freed all the same.
    ///
    /// @throws InvalidFreeException where no live block begins there; nothing has changed then
    /// @throws MemoryDamageException where this block, which then lives on, or one that was freed before it was damaged
    synchronized void free(long address) {
        size(address);
        long usable = blocks.usable(address);
        memory.asSlice(address - base, usable).fill(FREED);
        resting.put(address, usable);
        queue.add(new Resting(address, usable));
        restingBytes += usable;
        leave(RESTING_BYTES);
    }

    /// Lets everything leave.
    ///
    /// @throws MemoryDamageException where something was written to after its free
    synchronized void drain() {
        leave(0);
    }

    private void leave(long mostBytes) {
        MemoryDamageException first = null;
        while (restingBytes > mostBytes && !queue.isEmpty()) {
            Resting oldest = queue.remove();
            restingBytes -= oldest.bytes();
            MemoryDamageException damage = damageOf(oldest);
            if (damage == null) {
                resting.remove(oldest.address());
                blocks.release(oldest.address());
            } else {
                damaged++;
                first = first == null ? damage : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private @Nullable MemoryDamageException damageOf(Resting block) {
        long from = block.address() - base;
        for (long at = from; at < from + block.bytes(); at++) {
            if (memory.get(ValueLayout.JAVA_BYTE, at) != FREED) {
                return new MemoryDamageException(block.address(), "of " + block.bytes() + " bytes, written after its free at offset " + (at - from));
            }
        }
        return null;
    }

    /// Bytes of blocks in quarantine: those that were freed and rest, and those that were damaged.
    synchronized long quarantinedBytes() {
        long bytes = 0;
        for (long quarantined : resting.values()) {
            bytes += quarantined;
        }
        return bytes;
    }

    /// Blocks that were written to after their free.
    synchronized long damaged() {
        return damaged;
    }

    private long key(long address) {
        long mixed = (address ^ secret) * 0x9E37_79B9_7F4A_7C15L;
        return mixed ^ mixed >>> 32;
    }
}
