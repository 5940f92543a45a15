package dev.hz3.bench.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The table of goals, row by row: speed first, then loads of others, then what giving back costs.
@SuppressWarnings("ImmutableEnumChecker") // references to methods without state
public enum Row {
    /// A block of one size, and away with it.
    PAIR("allocateAddress and freeAddress, one thread", SpeedGoals::pairs),
    /// Mixed sizes over a window.
    WINDOW("the same, one block of a window after the other", SpeedGoals::windows),
    /// Real programs.
    REPLAY("a recording, one worker, warm", SpeedGoals::replays),
    /// Real programs, with a few threads each.
    REPLAY_FOUR("a recording, four workers, warm", SpeedGoals::replaysByFour),
    /// A block as an object.
    SEGMENT("allocate and free, as a MemorySegment", SpeedGoals::objects),
    /// Private work side by side.
    TWO_THREADS("two threads, private work, against one, by the wall", SpeedGoals::twoThreads),
    /// Blocks that no cache of small ones holds.
    LARGE("large blocks", SpeedGoals::large),
    /// Every free remote.
    HAND_OVER("producer to consumer, every free remote", SpeedGoals::handOver),
    /// Virtual threads as such.
    VIRTUAL("virtual thread, pair of 1 KiB, against a platform thread", SpeedGoals::virtual),
    /// Virtual threads by the hundred thousand.
    CROWD("virtual threads that each take and free ten blocks", SpeedGoals::crowd),
    /// What it takes to know where blocks are.
    BOOKKEEPING("bookkeeping resident, of what is live", SpeedGoals::bookkeeping),
    /// What the collector has to clear away.
    GARBAGE("Java bytes allocated by a second burst of 256 to 4096 B", SpeedGoals::garbage),
    /// A process that has just started.
    COLD("a recording's first replay in a fresh virtual machine", SpeedGoals::cold),

    /// Threads that inherit what others allocated.
    LARSON("larson, 8 to 1,000 B, resident above the start", LoadGoals::larson),
    /// Sizes in series, freed from both ends.
    SERIES("series of sizes, freed from both ends, eight threads", LoadGoals::series),
    /// A thread that frees and never allocates.
    FREER("frees by one thread that never allocates, resident above the start", LoadGoals::freer),
    /// A store whose content is exchanged.
    RELOAD("a heap reloaded by halves", LoadGoals::reload),
    /// Many arenas with little in them.
    SMALL_ARENAS("arenas of 24 B, open at once, resident each", LoadGoals::smallArenas),

    /// The burst that finds no memory.
    BURST_FIRST("burst, first cycle", ReturnGoals::firstBursts),
    /// The bursts after it, everything having left in between.
    BURST_LATER("burst, later cycles", ReturnGoals::laterBursts),
    /// What rests leaves although somebody goes on.
    LIGHT("burst, freed, and a light load: after three seconds", RestGoals::light),
    /// What is wanted again stays.
    COMEBACK("a load that comes back after a silence, page faults and held memory against the better of keep all and give all back", RestGoals::comeback),
    /// Threads that are soon replaced.
    TURNOVER("four threads, each replaced after 2,000 exchanges of blocks", RestGoals::turnover),
    /// What giving back costs real programs.
    REPLAY_RELEASE("a recording, release on against off", RestGoals::replays),
    /// What giving back costs who never pauses.
    STEADY("steady load, release on against off", ReturnGoals::steady),
    /// How long a call takes at worst.
    PAUSE("pause that a call sees, four threads", ReturnGoals::pause),
    /// Whether an idle heap is silent.
    WAKE_UPS("wake-ups of the clock, heap idle and clean", ReturnGoals::wakeUps),
    /// Blocks that go all at once.
    ARENA("confined arena: open, 10 × 1 KiB, close", ReturnGoals::arena);

    private final String title;
    private final Lines lines;

    /// The lines of a row, as a plan has them.
    @FunctionalInterface
    private interface Lines {
        List<? extends Line> of(Row row, Plan plan);
    }

    Row(String title, Lines lines) {
        this.title = title;
        this.lines = lines;
    }

    /// Its lines, as `plan` has them.
    List<Line> lines(Plan plan) {
        return List.copyOf(lines.of(this, plan));
    }

    /// Whether it has nothing to do without a recording.
    public boolean isOfRecordings() {
        return this == REPLAY || this == REPLAY_FOUR || this == REPLAY_RELEASE || this == COLD;
    }

    /// What it is about.
    public String title() {
        return title;
    }

    /// What the command line calls it; its number will do, too.
    public String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Its place in the table, from 1.
    public int number() {
        return List.of(values()).indexOf(this) + 1;
    }

    /// The row that `argument` names or numbers, if there is one.
    public static Optional<Row> named(String argument) {
        return Arrays.stream(values())
                .filter(row -> row.argument().equals(argument) || Integer.toString(row.number()).equals(argument))
                .findFirst();
    }

    /// All names, for a sentence.
    public static String arguments() {
        return Arrays.stream(values()).map(Row::argument).collect(Collectors.joining(", "));
    }
}
