package dev.hz3.bench.observe;

/// What a process under observation is doing, and the colour that this has behind a graph.
public enum Phase {
    /// Code is compiled, before anything is measured.
    WARM_UP("warm-up", "#f1f3f5"),
    /// Blocks are allocated and touched.
    ALLOCATE("allocate", "#ffe3c7"),
    /// Every block is read back; not timed.
    CHECK("check", "#f1f3f5"),
    /// Blocks are freed.
    FREE("free", "#ffd1d6"),
    /// Nothing.
    IDLE("idle", "#e3f4e5"),
    /// What was kept through the idle is read back and freed.
    RELEASE_KEPT("release kept", "#ffd1d6"),
    /// Nothing, for as long as memory may take to go back before the next base is measured.
    SETTLE("settle", "#f1f3f5"),
    /// A few blocks come and go, all the time.
    LIGHT("light load", "#dbeafe"),
    /// Blocks are allocated and touched once more.
    ALLOCATE_AGAIN("second burst", "#ffe3c7"),
    /// Blocks are freed, and a few come and go at once: memory goes back under load.
    FREE_UNDER_LOAD("free, then light load", "#dbeafe");

    private final String label;
    private final String colour;

    Phase(String label, String colour) {
        this.label = label;
        this.colour = colour;
    }

    /// In a word or two.
    public String label() {
        return label;
    }

    /// As SVG writes it; light, for a background.
    public String colour() {
        return colour;
    }
}
