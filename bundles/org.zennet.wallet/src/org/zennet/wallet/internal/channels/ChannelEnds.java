package org.zennet.wallet.internal.channels;

import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.Rejected;
import org.zennet.wallet.internal.coins.TxBuilder;
import org.zennet.wallet.machine.ChannelTerms;
import org.zennet.wallet.machine.Effect;

/** Builds the transactions that end a channel. Pure but for the signature. */
final class ChannelEnds {
    private ChannelEnds() { }

    /** A built transaction and its fee. */
    record Ended(Transaction transaction, Amount fee) { }

    /**
     * The settlement: output 0 pays the payee what it earned less the fee, output 1 gives the payer the rest. A rest that is
     * too small for an output is first used for the fee, as consensus leaves it to the payee.
     *
     * @throws Rejected when what was earned does not pay the fee
     */
    static Ended settle(ChannelTerms terms, Effect.BuildSettlement asked, Predicate.Key to, long feeRate, Cell cell)
            throws Rejected {
        Predicate.Key payer = new Predicate.Key(terms.payer());
        Amount rest = terms.capacity().minus(asked.total());
        boolean refund = !Costs.dust(payer).isMoreThan(rest);
        Witness.ChannelSettle s = asked.shown();
        int index = refund ? 1 : Witness.ChannelSettle.NO_REFUND;
        TxBuilder.Spend spend = new TxBuilder.Spend(terms.id(), channel(terms), cell::sign,
                signature -> new Witness.ChannelSettle(signature, s.voucherSignature(), s.cumulative(), s.anchor(), s.tickValue(),
                        s.maxTicks(), s.tail(), index));
        Amount fee = fee(spend, outputs(to, asked.total(), payer, refund ? Optional.of(rest) : Optional.empty()), feeRate);
        Amount most = refund ? asked.total() : terms.capacity();
        Amount pays = Amount.min(asked.total(), most.minusOrZero(fee));
        if (Costs.dust(to).isMoreThan(pays)) {
            throw new Rejected("settling channel " + terms.id() + " costs a fee of " + fee + ", and only " + asked.total()
                    + " were paid on it: nothing would be left");
        }
        return ended(terms, spend, outputs(to, pays, payer, refund ? Optional.of(rest) : Optional.empty()));
    }

    /** The payer's refund of everything, to the payer's own key. */
    static Ended refund(ChannelTerms terms, long feeRate, Cell cell) throws Rejected {
        Predicate.Key payer = new Predicate.Key(terms.payer());
        TxBuilder.Spend spend = new TxBuilder.Spend(terms.id(), channel(terms), cell::sign, Witness.ChannelRefund::new);
        Amount fee = fee(spend, outputs(payer, terms.capacity(), payer, Optional.empty()), feeRate);
        Amount back = terms.capacity().minusOrZero(fee);
        if (Costs.dust(payer).isMoreThan(back)) {
            throw new Rejected("taking back channel " + terms.id() + " costs a fee of " + fee + ": nothing would be left");
        }
        return ended(terms, spend, outputs(payer, back, payer, Optional.empty()));
    }

    private static Ended ended(ChannelTerms terms, TxBuilder.Spend spend, List<Output> outputs) {
        Hash genesis = terms.genesis();
        return new Ended(TxBuilder.sign(genesis, List.of(spend), outputs, List.of()), TxBuilder.fee(List.of(spend), outputs));
    }

    private static Output channel(ChannelTerms terms) {
        return new Output(terms.capacity(), new Predicate.Channel(terms.payer(), terms.payee(), terms.expiry()));
    }

    private static List<Output> outputs(Predicate.Key to, Amount amount, Predicate.Key payer, Optional<Amount> rest) {
        Output first = new Output(amount, to);
        return rest.map(r -> List.of(first, new Output(r, payer))).orElse(List.of(first));
    }

    private static Amount fee(TxBuilder.Spend spend, List<Output> outputs, long feeRate) {
        return new Amount(Math.multiplyExact(feeRate, TxBuilder.size(List.of(spend), outputs, List.of())));
    }
}
