package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Instrument;
import java.util.List;

/// Something to measure: the same for each of several contenders, in one sitting.
///
/// @param name what tables call it; no other task is called so
/// @param instrument what is run
/// @param arguments with what
/// @param flags what each virtual machine is started with
/// @param contenders by whom, this project's heap first
public record Task(String name, Instrument instrument, List<String> arguments, Flags flags, List<Contender> contenders) {

    /// Copies the lists.
    public Task {
        arguments = List.copyOf(arguments);
        contenders = List.copyOf(contenders);
        if (contenders.isEmpty() || contenders.getFirst() != Contender.HZ3) {
            throw new IllegalArgumentException("contenders=" + contenders + ": hz3 is not the first");
        }
    }

    /// Who runs in round `number`, from 0: forwards, backwards, backwards, forwards, so that what drifts steadily cancels.
    public List<Contender> order(int number) {
        return number % 4 == 0 || number % 4 == 3 ? contenders : contenders.reversed();
    }
}
