package dev.hz3.bench.compare.measure;

import java.io.IOException;
import java.util.List;

/// What [GivingBack] does with a contender.
///
/// @param mebibytes of a burst
/// @param sizes of its blocks
/// @param survivorPercent how many blocks of a hundred live on when the burst is freed, 0 … 50
/// @param isInterleaved whether they are every so manieth instead of any
/// @param threads that share the blocks
/// @param silenceSeconds how long nobody calls anything
/// @param lightSeconds how long a light load lasts, each time
public record BurstLoad(int mebibytes, Sizes sizes, int survivorPercent, boolean isInterleaved, int threads, int silenceSeconds, int lightSeconds) {

    /// Numbers in their ranges.
    ///
    /// @throws IllegalArgumentException with a sentence for the one who typed the first that is not
    public BurstLoad {
        check("mib", mebibytes, 1, 65_536);
        check("survivors", survivorPercent, 0, 50);
        check("threads", threads, 1, 64);
        check("silence-seconds", silenceSeconds, 1, 600);
        check("light-seconds", lightSeconds, 1, 600);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is '" + value + "', but must be a whole number from " + least + " to " + most);
        }
    }

    /// The words that [#parse] reads.
    public List<String> arguments() {
        return List.of(Integer.toString(mebibytes), sizes.text(), Integer.toString(survivorPercent), Boolean.toString(isInterleaved), Integer.toString(threads),
                Integer.toString(silenceSeconds), Integer.toString(lightSeconds));
    }

    /// Reads the words of [#arguments].
    static BurstLoad parse(List<String> words) throws IOException {
        return new BurstLoad(Instrument.number(words, 0), Sizes.parse(words.get(1)), Instrument.number(words, 2), Boolean.parseBoolean(words.get(3)),
                Instrument.number(words, 4), Instrument.number(words, 5), Instrument.number(words, 6));
    }

    /// About how long one process takes, beside its calls.
    public int seconds() {
        return silenceSeconds + 2 * lightSeconds + 3;
    }

    /// In words.
    public String sentence() {
        return "A burst of " + mebibytes + " MiB by " + threads + (threads == 1 ? " thread" : " threads") + ", blocks of " + sizes.text() + " bytes, "
                + (survivorPercent == 0 ? "all freed" : "freed but for " + survivorPercent + " % " + (isInterleaved ? "at equal distances" : "scattered")) + "; then "
                + silenceSeconds + " s without any call, " + lightSeconds + " s of light load, the burst again, and free with light load for " + lightSeconds + " s.";
    }
}
