package dev.hz3.bench.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Who takes part, with the settings that its process is started with.
///
/// Some peers take part twice: as they come, and set so that they give memory back at once. Nobody is called a giver for
/// its settings: that is measured.
public enum Contender {
    /// This project's heap, default options.
    HZ3("hz3", ""),
    /// This heap, keeping everything for ever: what the machine does to a figure when nothing is given back.
    HZ3_RELEASE_OFF("hz3", "-Ddev.hz3.release=false"),
    /// The C library.
    GLIBC("glibc", ""),
    /// The C library in a virtual machine that trims it twice a second: one flag, and the strongest rival at giving back.
    GLIBC_TRIM("glibc", "-XX:TrimNativeHeapInterval=500"),
    /// jemalloc as it comes.
    JEMALLOC("jemalloc", ""),
    /// jemalloc with a thread of its own that lets free memory decay, which is otherwise done by those who come by.
    JEMALLOC_BACKGROUND("jemalloc", "MALLOC_CONF=background_thread:true"),
    /// jemalloc without decay: what is free goes back at once, by a thread of its own where it has one.
    JEMALLOC_DECAY_0("jemalloc", "MALLOC_CONF=background_thread:true,dirty_decay_ms:0,muzzy_decay_ms:0"),
    /// mimalloc as it comes.
    MIMALLOC("mimalloc", ""),
    /// mimalloc without delay; the option has had several names.
    MIMALLOC_DELAY_0("mimalloc", "MIMALLOC_PURGE_DELAY=0 MIMALLOC_DECOMMIT_DELAY=0 MIMALLOC_SEGMENT_DECOMMIT_DELAY=0"),
    /// tcmalloc as it comes.
    TCMALLOC("tcmalloc", ""),
    /// tcmalloc that gives back each span as it is freed.
    TCMALLOC_DECOMMIT("tcmalloc", "TCMALLOC_AGGRESSIVE_DECOMMIT=true"),
    /// Netty's pooled buffers.
    NETTY_POOLED("netty-pooled", ""),
    /// Netty's adaptive buffers.
    NETTY_ADAPTIVE("netty-adaptive", ""),
    /// The JDK's confined arena.
    ARENA_CONFINED("arena-confined", ""),
    /// mimalloc 3, as LWJGL ships it.
    MIMALLOC_LWJGL("mimalloc-lwjgl", ""),
    /// rpmalloc, as LWJGL ships it.
    RPMALLOC("rpmalloc", ""),
    /// Arrow's buffers, which are Netty's.
    ARROW_NETTY("arrow-netty", ""),
    /// Arrow's buffers, each a `malloc` of the C library.
    ARROW_UNSAFE("arrow-unsafe", ""),
    /// The JDK's shared arena.
    ARENA_SHARED("arena-shared", ""),
    /// The JDK's direct buffers, which the collector frees.
    BYTE_BUFFER("byte-buffer", "");

    /// Who is asked whether it gives memory back: everybody as users run it, by families.
    public static final List<Contender> OBSERVED = List.of(
            HZ3, GLIBC, GLIBC_TRIM, JEMALLOC, JEMALLOC_BACKGROUND, MIMALLOC, MIMALLOC_LWJGL, TCMALLOC, RPMALLOC, NETTY_POOLED, NETTY_ADAPTIVE, ARROW_NETTY, ARROW_UNSAFE,
            ARENA_CONFINED, ARENA_SHARED, BYTE_BUFFER);

    /// Those of them that no row of the comparison knows.
    private static final List<Contender> OBSERVED_ONLY = List.of(MIMALLOC_LWJGL, RPMALLOC, ARROW_NETTY, ARROW_UNSAFE, ARENA_SHARED, BYTE_BUFFER);

    /// The allocators written in C, as they come.
    static final List<Contender> NATIVE = List.of(GLIBC, JEMALLOC, MIMALLOC, TCMALLOC);
    /// All native allocators, and those of them that can be set to give back.
    static final List<Contender> NATIVE_AND_GIVING =
            List.of(GLIBC, GLIBC_TRIM, JEMALLOC, JEMALLOC_BACKGROUND, JEMALLOC_DECAY_0, MIMALLOC, MIMALLOC_DELAY_0, TCMALLOC, TCMALLOC_DECOMMIT);
    /// Those that have a way of their own for large blocks.
    static final List<Contender> NATIVE_LARGE = List.of(GLIBC, MIMALLOC, TCMALLOC);
    /// Those that hand out objects.
    static final List<Contender> OBJECTS = List.of(NETTY_POOLED, NETTY_ADAPTIVE, ARENA_CONFINED);

    private static final String OPTION = "-";

    private final String source;
    private final String settings;

    Contender(String source, String settings) {
        this.source = source;
        this.settings = settings;
    }

    /// What tables and the command line call it.
    public String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What it is of, as its process knows it.
    String source() {
        return source;
    }

    /// What its process has in its environment.
    Map<String, String> environment() {
        return Arrays.stream(settings.split(" "))
                .filter(setting -> !setting.isEmpty() && !setting.startsWith(OPTION))
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    }

    /// What its virtual machine is started with.
    List<String> virtualMachineOptions() {
        return Arrays.stream(settings.split(" ")).filter(setting -> setting.startsWith(OPTION)).toList();
    }

    /// Whether it is somebody else's.
    public boolean isPeer() {
        return !source.equals("hz3");
    }

    /// How it is set, as options and environment of its process; empty where it is as it comes.
    public String settings() {
        return settings;
    }

    /// The contender called `argument`, if there is one.
    public static Optional<Contender> named(String argument) {
        return Arrays.stream(values()).filter(contender -> contender.argument().equals(argument)).findFirst();
    }

    /// Whether it is no module, and runs on the class path with what [dev.hz3.bench.peers.PeerJars] has.
    boolean isOnClassPath() {
        return source.startsWith("arrow");
    }

    /// All peers that the comparison knows.
    public static List<Contender> peers() {
        return Arrays.stream(values()).filter(contender -> contender.isPeer() && !OBSERVED_ONLY.contains(contender)).toList();
    }
}
