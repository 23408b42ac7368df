package org.zennet.publisher.machine;

import java.time.Instant;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;

/**
 * One rented machine: a lease for shells. Immutable.
 *
 * @param id        the lease's id
 * @param provider  its identity
 * @param stage     where it stands
 * @param since     when it came there
 * @param ledger    its money side
 * @param connected whether its connection is open
 * @param settled   whether its channel was settled in a block, or nothing is left to settle
 * @param note      why it ended; may be empty
 * @param observed  what the witness in it saw
 */
public record RentedMachine(String id, PublicKey provider, LeaseStage stage, Instant since, LeaseLedger ledger, boolean connected,
        boolean settled, String note, Observations observed) {
    static RentedMachine start(String id, PublicKey provider, LeaseLedger ledger, Instant now) {
        return new RentedMachine(id, provider, LeaseStage.AGREED, now, ledger, true, false, "", Observations.NOTHING);
    }

    /** Whether it is there or about to be. */
    public boolean live() {
        return stage.live();
    }

    /** What of the budget is bound by it: the channel while more may be promised, then what was. */
    public Amount bound() {
        return live() || stage == LeaseStage.DRAINING ? ledger.bill().terms().capacity() : ledger.paid();
    }

    RentedMachine at(LeaseStage to, Instant now, String why) {
        return new RentedMachine(id, provider, to, now, ledger, connected, settled, why.isEmpty() ? note : why, observed);
    }

    RentedMachine with(LeaseLedger l) {
        return new RentedMachine(id, provider, stage, since, l, connected, settled, note, observed);
    }

    RentedMachine connected(boolean now) {
        return new RentedMachine(id, provider, stage, since, ledger, now, settled, note, observed);
    }

    RentedMachine settled(boolean done) {
        return new RentedMachine(id, provider, stage, since, ledger, connected, done, note, observed);
    }

    RentedMachine observed(Observations o) {
        return new RentedMachine(id, provider, stage, since, ledger, connected, settled, note, o);
    }
}
