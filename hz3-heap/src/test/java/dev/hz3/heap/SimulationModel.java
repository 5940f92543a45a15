package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.segment.SizeClasses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/// What must be true of the memory that users hold, kept beside the heap and knowing nothing of it: which granules of 16 bytes are taken, and
/// what was written to them.
///
///     taken    ░▓▓▓▓░▓▓░░    one bit a granule: no block overlaps another
///     begins   ░▓░░░░▓░░░    where a free may name it
final class SimulationModel {

    private static final int GRANULE_SHIFT = 4;
    private static final int WORD_GRANULES_SHIFT = 6;

    /// A block in a user's hands. All of its usable bytes are the user's.
    static final class Block {
        final long address;
        final long bytes;
        final long tag;
        final int owner;

        Block(long address, long bytes, long tag, int owner) {
            this.address = address;
            this.bytes = bytes;
            this.tag = tag;
            this.owner = owner;
        }
    }

    private final long base;
    private final long end;
    private final long[] memory;
    private final long[] taken;
    private final long[] begins;
    private final int[] freedAt; // by page: the last tick before a block of it was freed
    private final LongSupplier ticks;
    private final List<Block> blocks = new ArrayList<>();
    private long liveBytes;

    /// No blocks in `bytes` bytes from `base` on, whose contents are the first words of `memory`; `ticks` of upkeep have been begun.
    SimulationModel(long base, long bytes, long[] memory, LongSupplier ticks) {
        this.ticks = ticks;
        freedAt = new int[(int) (bytes >>> PAGE_SHIFT)];
        this.base = base;
        end = base + bytes;
        this.memory = memory;
        taken = new long[(int) (bytes >>> GRANULE_SHIFT + WORD_GRANULES_SHIFT)];
        begins = new long[taken.length];
    }

    List<Block> blocks() {
        return blocks;
    }

    long liveBytes() {
        return liveBytes;
    }

    boolean contains(long address) {
        return address >= base && address < end;
    }

    // ---- whose it is ---------------------------------------------------------------------------------------------

    /// Takes granules that nobody had.
    void occupy(long address, long bytes) {
        if (address < base || bytes <= 0 || address + bytes > end || (address | bytes) % SizeClasses.GRANULE_BYTES != 0) {
            throw new SimulationFailure("no such block: " + at(address, bytes));
        }
        int from = granule(address);
        int to = granule(address + bytes);
        for (int w = from >>> WORD_GRANULES_SHIFT; w <= to - 1 >>> WORD_GRANULES_SHIFT; w++) {
            long mask = mask(w, from, to);
            if ((taken[w] & mask) != 0) {
                throw new SimulationFailure("overlaps a live block: " + at(address, bytes));
            }
            taken[w] |= mask;
        }
        begins[from >>> WORD_GRANULES_SHIFT] |= 1L << from;
        liveBytes += bytes;
    }

    /// Gives granules up.
    void vacate(long address, long bytes) {
        int from = granule(address);
        int to = granule(address + bytes);
        for (int w = from >>> WORD_GRANULES_SHIFT; w <= to - 1 >>> WORD_GRANULES_SHIFT; w++) {
            taken[w] &= ~mask(w, from, to);
        }
        begins[from >>> WORD_GRANULES_SHIFT] &= ~(1L << from);
        liveBytes -= bytes;
        Arrays.fill(freedAt, page(address), page(address + bytes - 1) + 1, (int) ticks.getAsLong());
    }

    private int page(long address) {
        return (int) (address - base >>> PAGE_SHIFT);
    }

    /// How many ticks were begun since a block of the page was freed.
    long restedTicks(long address) {
        return ticks.getAsLong() - freedAt[page(address)];
    }

    /// Whether a live block begins exactly there.
    boolean begins(long address) {
        if (!contains(address) || address % SizeClasses.GRANULE_BYTES != 0) {
            return false;
        }
        int granule = granule(address);
        return (begins[granule >>> WORD_GRANULES_SHIFT] >>> granule & 1) != 0;
    }

    /// Whether any granule from `address` on is a user's.
    boolean isLive(long address, long bytes) {
        int from = granule(address);
        int to = granule(address + bytes);
        for (int w = from >>> WORD_GRANULES_SHIFT; w <= to - 1 >>> WORD_GRANULES_SHIFT; w++) {
            if ((taken[w] & mask(w, from, to)) != 0) {
                return true;
            }
        }
        return false;
    }

    private int granule(long address) {
        return (int) (address - base >>> GRANULE_SHIFT);
    }

    private static long mask(int word, int from, int to) {
        int first = Math.max(from - (word << WORD_GRANULES_SHIFT), 0);
        int last = Math.min(to - (word << WORD_GRANULES_SHIFT), Long.SIZE) - 1;
        return -1L << first & -1L >>> Long.SIZE - 1 - last;
    }

    // ---- what is in it -------------------------------------------------------------------------------------------

    /// Takes in a block that was just allocated, and writes to it.
    void add(Block block) {
        occupy(block.address, block.bytes);
        blocks.add(block);
        write(block);
    }

    /// Gives up block `index`, after reading it back.
    Block remove(int index) {
        Block block = blocks.get(index);
        verify(block);
        blocks.set(index, blocks.getLast());
        blocks.removeLast();
        vacate(block.address, block.bytes);
        return block;
    }

    /// Writes the first word, the last, and one of each page.
    void write(Block block) {
        for (long at = block.address; at < block.address + block.bytes; at = nextPage(at)) {
            memory[wordOfPage(block, at)] = expected(block, wordOfPage(block, at));
        }
        memory[word(block.address)] = expected(block, word(block.address));
        memory[word(block.address + block.bytes) - 1] = expected(block, word(block.address + block.bytes) - 1);
    }

    /// Reads them back.
    void verify(Block block) {
        for (long at = block.address; at < block.address + block.bytes; at = nextPage(at)) {
            verify(block, wordOfPage(block, at));
        }
        verify(block, word(block.address));
        verify(block, word(block.address + block.bytes) - 1);
    }

    private void verify(Block block, int word) {
        if (memory[word] != expected(block, word)) {
            throw new SimulationFailure("lost: " + at(block.address, block.bytes) + ", word " + (word - word(block.address)) + " is 0x"
                    + Long.toHexString(memory[word]));
        }
    }

    /// Whether all bytes there are zero.
    boolean isZero(long address, long bytes) {
        int from = word(address);
        int to = word(address + bytes);
        return Arrays.mismatch(memory, from, to, new long[to - from], 0, to - from) < 0;
    }

    private static long nextPage(long address) {
        return (address | PAGE_BYTES - 1) + 1;
    }

    private static long expected(Block block, int word) {
        return SimulationDraw.mix(block.tag, word);
    }

    /// A word of the page in which `at` lies: any of those that are the block's.
    private int wordOfPage(Block block, long at) {
        long to = Math.min(nextPage(at), block.address + block.bytes);
        int words = (int) (to - at >>> 3);
        return word(at) + (int) Math.floorMod(block.tag + (at >>> PAGE_SHIFT), (long) words);
    }

    private int word(long address) {
        return (int) (address - base >>> 3);
    }

    String at(long address, long bytes) {
        return "block at base+0x" + Long.toHexString(address - base) + ", bytes=" + bytes;
    }

    @Override
    public String toString() {
        return "SimulationModel[blocks=" + blocks.size() + ", liveBytes=" + liveBytes + ", base=0x" + Long.toHexString(base) + "]";
    }
}
