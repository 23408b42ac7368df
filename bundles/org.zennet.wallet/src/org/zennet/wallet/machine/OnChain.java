package org.zennet.wallet.machine;

import java.util.Optional;
import org.zennet.api.encoding.Limit;
import org.zennet.api.value.Hash;
import org.zennet.services.wallet.ChannelService.State;

/**
 * How a channel stands on the chain, for either end. Derived anew from every sighting, so that reorganisations need no
 * rule of their own.
 *
 * @param known       whether the chain knows the funding
 * @param depth       of the funding: 1 in the newest block, 0 in the mempool or unknown
 * @param spend       the transaction that spends the channel: the chain's, else this end's own
 * @param spendHeight of its block, 0 while it waits
 * @param own         this end's settlement or refund, empty when none was built
 * @param ownId       its id
 * @param problem     one line for people, empty when all is well
 */
public record OnChain(State state, boolean known, int depth, Optional<Hash> spend, int spendHeight,
        @Limit(100_000) byte[] own, Optional<Hash> ownId, @Limit(500) String problem) {
    /** Before the chain was looked at. */
    static OnChain unseen() {
        return new OnChain(State.FUNDING, false, 0, Optional.empty(), 0, new byte[0], Optional.empty(), "");
    }

    /**
     * After a look at the chain.
     *
     * @param expiry the height after which a funding that is still unknown is given up
     */
    OnChain see(Event.Sighted seen, int expiry) {
        boolean known = seen.fundingDepth() >= 0;
        int deep = Math.max(0, seen.fundingDepth());
        if (seen.spend().isPresent()) {
            Event.Spend by = seen.spend().get();
            State next = by.height() == 0 ? State.SETTLING : by.isRefund() ? State.REFUNDED : State.SETTLED;
            return new OnChain(next, known, deep, Optional.of(by.txid()), by.height(), own, ownId, "");
        }
        if (seen.doubleSpent()) {
            return new OnChain(State.FAILED, known, 0, Optional.empty(), 0, own, ownId,
                    "the coins that fund this channel were spent otherwise");
        }
        if (!known && seen.tip() >= expiry) {
            return new OnChain(State.FAILED, known, 0, Optional.empty(), 0, own, ownId, "it was never funded");
        }
        State next = own.length > 0 ? State.SETTLING : deep > 0 ? State.OPEN : State.FUNDING;
        return new OnChain(next, known, deep, ownId, 0, own, ownId, own.length > 0 ? problem : "");
    }

    /** With this end's own settlement or refund. */
    OnChain with(Event.Built built) {
        return new OnChain(State.SETTLING, known, depth, Optional.of(built.txid()), 0, built.transaction().clone(),
                Optional.of(built.txid()), "");
    }

    /** With a reason why the chain did not take it. */
    OnChain with(Event.NotTaken not) {
        String line = not.reason().length() > 200 ? not.reason().substring(0, 200) : not.reason();
        return new OnChain(state, known, depth, spend, spendHeight, own, ownId, line);
    }

    /** Whether payments can still be made. */
    boolean isPayable() {
        return state == State.FUNDING || state == State.OPEN;
    }

    /** Whether this end's transaction has to be given to the chain (again). */
    boolean wantsSubmission() {
        return state == State.SETTLING && own.length > 0 && spend.equals(ownId) && spendHeight == 0;
    }

    boolean sameAs(OnChain other) {
        return state == other.state && known == other.known && depth == other.depth && spend.equals(other.spend)
                && spendHeight == other.spendHeight && ownId.equals(other.ownId) && problem.equals(other.problem);
    }
}
