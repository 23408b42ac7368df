package org.zennet.blockchain.machine;

import static org.zennet.blockchain.machine.Broken.unless;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Sighash;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/** Whether the witnesses of a transaction satisfy the predicates of the coins that it spends. */
final class SpendRules {
    private final Hash genesis;
    private final Transaction transaction;
    private final SignatureScheme scheme;
    private final Sighash sighash;
    private final int height;
    private final Set<Integer> refunds = new HashSet<>();

    private SpendRules(Hash genesis, Transaction transaction, List<Output> spent, int height, SignatureScheme scheme) {
        this.genesis = genesis;
        this.transaction = transaction;
        this.scheme = scheme;
        this.sighash = Sighash.of(genesis, transaction, spent);
        this.height = height;
    }

    static void check(Hash genesis, Transaction transaction, List<Output> spent, int height, SignatureScheme scheme)
            throws Broken {
        SpendRules rules = new SpendRules(genesis, transaction, spent, height, scheme);
        for (int i = 0; i < spent.size(); i++) {
            try {
                rules.input(i, spent.get(i));
            } catch (Broken e) {
                throw e.in("input " + i);
            }
        }
    }

    private void input(int i, Output spent) throws Broken {
        OutPoint outPoint = transaction.inputs().get(i).outPoint();
        Witness witness = transaction.inputs().get(i).witness();
        switch (spent.predicate()) {
            case Predicate.Key(var key) when witness instanceof Witness.KeyWitness(var signature) -> signed(i, key, signature);
            case Predicate.Announce a when witness instanceof Witness.AnnounceOwner(var signature) ->
                signed(i, a.owner(), signature);
            case Predicate.Channel channel -> {
                switch (witness) {
                    case Witness.ChannelSettle settle -> {
                        SettleRules.check(genesis, outPoint, channel, spent.amount(), settle, transaction.outputs(), refunds,
                                scheme);
                        signed(i, channel.payee(), settle.payee());
                    }
                    case Witness.ChannelBoth(var payer, var payee) -> {
                        signed(i, channel.payer(), payer);
                        signed(i, channel.payee(), payee);
                    }
                    case Witness.ChannelRefund(var payer) -> {
                        unless(height >= channel.expiry(), Rule.REFUND_EARLY,
                                "height " + height + ", but the channel expires at " + channel.expiry());
                        signed(i, channel.payer(), payer);
                    }
                    default -> throw wrongKind(witness, spent);
                }
            }
            default -> throw wrongKind(witness, spent);
        }
    }

    private void signed(int input, PublicKey key, Signature signature) throws Broken {
        unless(scheme.verify(key, sighash.digest(input), signature), Rule.WITNESS_SIGNATURE,
                "the signature is not of key " + key.toShortHex());
    }

    private static Broken wrongKind(Witness witness, Output spent) {
        return new Broken(Rule.WITNESS_KIND, "a " + witness.getClass().getSimpleName() + " does not spend a "
                + spent.predicate().getClass().getSimpleName());
    }
}
