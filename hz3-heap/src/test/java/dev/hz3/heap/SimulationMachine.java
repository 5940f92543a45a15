package dev.hz3.heap;

import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.FaultySystem;
import dev.hz3.os.testing.ForwardingSystem;
import dev.hz3.os.testing.SimulatedSystem;

/// The machine under a simulated heap. It refuses on demand, keeps the state of each page, and lets others go on while it is at work.
///
///     heap ──▶ this ──▶ FaultySystem ──▶ SimulatedSystem
///               └──▶ guest: whatever the other threads do meanwhile
final class SimulationMachine extends ForwardingSystem {

    /// What the machine is at.
    enum Moment {
        COMMIT,
        ADVISE,
        PURGE,
        FENCE
    }

    /// Is there while the machine works.
    interface Guest {

        /// The machine is at `moment`; whoever is not waiting for it may go on.
        void during(Moment moment);

        /// These bytes are about to be purged: nothing in them may be anybody's.
        void purging(long address, long bytes);
    }

    private final SimulatedSystem simulated;
    private final FaultySystem faulty;
    private final Guest guest;

    SimulationMachine(SimulationSetting setting, long[] memory, Guest guest) {
        SimulatedSystem simulated = new SimulatedSystem(setting.pageBytes(), 1L << 30);
        simulated.vectored(setting.vectored());
        simulated.hugePages(setting.hugePages());
        simulated.lendMemory(memory);
        simulated.watch((address, bytes) -> {
            guest.purging(address, bytes);
            guest.during(Moment.PURGE);
            guest.purging(address, bytes);
        });
        FaultySystem faulty = new FaultySystem(simulated);
        super(faulty);
        this.simulated = simulated;
        this.faulty = faulty;
        this.guest = guest;
    }

    SimulatedSystem simulated() {
        return simulated;
    }

    FaultySystem faulty() {
        return faulty;
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        guest.during(Moment.COMMIT);
        super.commit(range, address, bytes);
        guest.during(Moment.COMMIT);
    }

    @Override
    public int purge(PurgeBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            guest.purging(batch.address(i), batch.bytes(i));
        }
        guest.during(Moment.PURGE);
        int calls = super.purge(batch);
        guest.during(Moment.PURGE);
        for (int i = 0; i < batch.size(); i++) {
            guest.purging(batch.address(i), batch.bytes(i)); // still nobody's: the loan ends when the batch has come back
        }
        return calls;
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        boolean taken = super.advise(range, address, bytes, advice);
        if (advice == Advice.SPLIT) {
            guest.during(Moment.ADVISE);
        }
        return taken;
    }

    @Override
    public boolean fenceAllThreads() {
        guest.during(Moment.FENCE);
        boolean fenced = super.fenceAllThreads();
        guest.during(Moment.FENCE);
        return fenced;
    }
}
