package dev.hz3.release.ledger;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.ForwardingSystem;
import java.util.List;

/// A machine that notes what it is advised.
final class AdviceWatch extends ForwardingSystem {

    private final List<Advice> heard;

    AdviceWatch(OperatingSystem os, List<Advice> heard) {
        super(os);
        this.heard = heard;
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        heard.add(advice);
        return true;
    }
}
