package dev.hz3.heap.supply;

/// Stack, asked for before something begins that must not break off in the middle: a turn, a large block, growth. Goes down some frames, touches them, and comes
/// back: what comes after may go down as far. It takes about half a microsecond, and an eighth where little is asked for.
///
/// Threads: any.
public final class StackRoom {

    /// Of at least 80 bytes when compiled, 16 KiB together; of more, as all frames, when not.
    private static final int FRAMES = 200;
    /// 4 KiB.
    private static final int FEW_FRAMES = 50;

    private StackRoom() {}

    /// Returns where there is room.
    ///
    /// @throws StackOverflowError where there is not; nothing has changed then
    public static void ensure() {
        down(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    /// Returns where there is room for what asks neither the system nor a turn.
    ///
    /// @throws StackOverflowError where there is not; nothing has changed then
    public static void ensureLittle() {
        down(FEW_FRAMES, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    /// Whether there is room.
    public static boolean isThere() {
        try {
            ensure();
            return true;
        } catch (StackOverflowError deep) {
            return false;
        }
    }

    // What is passed round is needed again on the way up, so that every frame has to keep it.
    private static long down(int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
        return frames == 0 ? a : down(frames - 1, b, c, d, e, f, g, h, a) + a - b + c - d + e - f + g - h;
    }
}
