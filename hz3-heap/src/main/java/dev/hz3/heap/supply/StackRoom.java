package dev.hz3.heap.supply;

/// Probes the stack before something begins that must not break off in the middle (a tick, a large block, growth), so that a `StackOverflowError` is thrown
/// before anything has changed. The probe goes down some frames, touches them, and comes back. It takes about two microseconds, and half of one if little is asked for.
///
/// What comes after needs some 10 KiB as long as it is interpreted, and the probe cannot know how it is run itself. So its frames pass references, and many of them:
/// these take nearly as much when compiled (200 bytes a frame, 16 KiB together) as when not (300, 24 KiB; 360 by the first of the two compilers). Threads whose stacks
/// are the smallest that the virtual machine makes, 128 KiB with 40 of their own, have room for that.
///
/// Threads: any.
public final class StackRoom {

    /// 16 KiB.
    private static final int FRAMES = 80;
    /// 4 KiB.
    private static final int FEW_FRAMES = 20;

    private StackRoom() {}

    /// Returns where there is room.
    ///
    /// @throws StackOverflowError where there is not; nothing has changed then
    public static void ensure() {
        down(FRAMES);
    }

    /// Returns where there is room for what asks neither the system nor a tick.
    ///
    /// @throws StackOverflowError where there is not; nothing has changed then
    public static void ensureLittle() {
        down(FEW_FRAMES);
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

    private static void down(int frames) {
        Object m = StackRoom.class; // anything
        down(frames, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m);
    }

    // What is passed round is needed again on the way up, so that every frame has to keep it.
    @SuppressWarnings("ReferenceEquality") // no other is meant
    private static Object down(int frames, Object a, Object b, Object c, Object d, Object e, Object f, Object g, Object h,
            Object i, Object j, Object k, Object l, Object m, Object n, Object o, Object p, Object q, Object r, Object s,
            Object t, Object u, Object v, Object w, Object x) {
        if (frames == 0) {
            return a;
        }
        Object deep = down(frames - 1, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, a);
        return deep == b || deep == c || deep == d || deep == e || deep == f || deep == g || deep == h || deep == i
                || deep == j || deep == k || deep == l || deep == m || deep == n || deep == o || deep == p || deep == q
                || deep == r || deep == s || deep == t || deep == u || deep == v || deep == w || deep == x ? a : deep;
    }
}
