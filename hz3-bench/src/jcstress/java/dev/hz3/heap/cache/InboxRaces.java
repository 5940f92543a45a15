package dev.hz3.heap.cache;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;

/// A cache's inbox, which others write letters to.
public class InboxRaces {

    private InboxRaces() {}

    /// Letters that arrive while the inbox is emptied are read then, or the next time.
    @JCStressTest
    @Outcome(id = "0, 2, 1 2", expect = ACCEPTABLE, desc = "they came before")
    @Outcome(id = "0, 0, 1 2", expect = ACCEPTABLE, desc = "they came afterwards")
    @Outcome(expect = FORBIDDEN, desc = "a letter was lost, torn or read twice")
    @State
    public static class LetterAgainstCollection {
        private final Inbox inbox = new Inbox();
        private long[] read = {};

        private long[] taken() {
            long[] letters = new long[4];
            return Arrays.copyOf(letters, inbox.take(letters));
        }

        @Actor
        public void sender(IIL_Result r) {
            inbox.add(new long[] {0, 1, 2}, 1, 2);
        }

        @Actor
        public void owner(IIL_Result r) {
            if (!inbox.isEmpty()) {
                read = taken();
            }
            r.r2 = read.length;
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            long[] rest = taken();
            long[] all = Arrays.copyOf(read, read.length + rest.length);
            System.arraycopy(rest, 0, all, read.length, rest.length);
            r.r3 = all.length == 2 ? all[0] + " " + all[1] : Arrays.toString(all);
        }
    }
}
