package org.zennet.blockchain.machine;

import static org.zennet.blockchain.machine.Broken.unless;

import java.util.List;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Ticks;
import org.zennet.blockchain.Voucher;
import org.zennet.blockchain.Witness.ChannelSettle;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/** The rules of settling a channel, but for the payee's signature, which is like any other's. */
final class SettleRules {
    private SettleRules() { }

    /**
     * Checks one settlement.
     *
     * @param taken indexes of outputs that serve as refunds of inputs before this one; this one's is added
     */
    static void check(Hash genesis, OutPoint outPoint, Predicate.Channel channel, Amount capacity, ChannelSettle shown,
            List<Output> outputs, Set<Integer> taken, SignatureScheme scheme) throws Broken {
        int n = shown.maxTicks();
        unless(n <= Voucher.MAX_TICKS, Rule.SETTLE_TICKS, n + " ticks are more than " + Voucher.MAX_TICKS);
        int k = shown.tail().map(t -> t.step()).orElse(0);
        unless(k <= n && (shown.tail().isEmpty() || k > 0), Rule.SETTLE_TICKS, "step " + k + " of " + n);
        Amount total = total(shown, k);
        unless(!total.isMoreThan(capacity), Rule.SETTLE_CAPACITY, total + " out of a channel of " + capacity);
        refund(channel, capacity.minus(total), shown.refundOutput(), outputs, taken);
        if (shown.tail().isPresent()) {
            Hash reached = new Ticks(genesis, outPoint).anchor(k, shown.tail().get().preimage());
            unless(reached.equals(shown.anchor()), Rule.SETTLE_ANCHOR, "step " + k + " leads to " + reached.toShortHex()
                    + ", not to the anchor " + shown.anchor().toShortHex());
        }
        unless(scheme.verify(channel.payer(), Voucher.of(genesis, outPoint, shown).digest(), shown.voucherSignature()),
                Rule.SETTLE_VOUCHER, "the payer did not sign this voucher for " + outPoint);
    }

    private static Amount total(ChannelSettle shown, int k) throws Broken {
        try {
            return shown.cumulative().plus(shown.tickValue().times(k));
        } catch (ArithmeticException e) {
            throw new Broken(Rule.TX_OVERFLOW, shown.cumulative() + " and " + k + " ticks of " + shown.tickValue());
        }
    }

    private static void refund(Predicate.Channel channel, Amount rest, int index, List<Output> outputs, Set<Integer> taken)
            throws Broken {
        Predicate.Key payer = new Predicate.Key(channel.payer());
        if (index == ChannelSettle.NO_REFUND) {
            unless(Costs.dust(payer).isMoreThan(rest), Rule.SETTLE_REFUND, "no output gives the payer its " + rest);
            return;
        }
        unless(index < outputs.size(), Rule.SETTLE_REFUND, "there is no output " + index);
        Output output = outputs.get(index);
        unless(output.predicate().equals(payer), Rule.SETTLE_REFUND, "output " + index + " does not pay the payer");
        unless(!rest.isMoreThan(output.amount()), Rule.SETTLE_REFUND,
                "output " + index + " gives the payer " + output.amount() + " of " + rest);
        unless(taken.add(index), Rule.SETTLE_REFUND_REUSED, "output " + index + " is the refund of two channels");
    }
}
