package org.zennet.blockchain.machine;

import static org.zennet.blockchain.machine.Broken.unless;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/** The rules of transactions other than block rewards. */
public final class TransactionRules {
    private TransactionRules() { }

    /**
     * What a valid transaction does.
     *
     * @param spent the coins of its inputs, in their order
     * @param fee   inputs less outputs
     * @param rent  the part of the fee that is rent of announcements
     * @param burnt the part of the rent that nobody gets
     */
    public record Effect(List<CoinEntry> spent, Amount fee, Amount rent, Amount burnt) { }

    /**
     * Checks a transaction for a block at a height.
     *
     * @param view the coins just before it
     */
    public static Verdict<Effect> check(Transaction transaction, CoinView view, int height, ConsensusParameters network,
            SignatureScheme scheme) {
        try {
            return Verdict.accepted(effect(transaction, view, height, network, scheme));
        } catch (Broken e) {
            return e.verdict();
        } catch (ArithmeticException e) {
            return Verdict.rejected(Rule.TX_OVERFLOW, "a sum is above 2^63-1 zen");
        }
    }

    /** The coins that a valid transaction makes, applied to a view together with what it spends. */
    public static void apply(Transaction transaction, List<CoinEntry> spent, int height, CoinView.Overlay view) {
        transaction.inputs().forEach(i -> view.remove(i.outPoint()));
        List<CoinEntry> coins = made(transaction, spent, height);
        for (int i = 0; i < coins.size(); i++) {
            view.add(transaction.outPoint(i), coins.get(i));
        }
    }

    /**
     * The coins that a transaction makes. The n-th output that announces renews the n-th announcement spent when they
     * have the same owner; otherwise it is a new one.
     */
    public static List<CoinEntry> made(Transaction transaction, List<CoinEntry> spent, int height) {
        Iterator<CoinEntry> old = spent.stream().filter(c -> c.announced().isPresent()).iterator();
        Iterator<byte[]> payloads = transaction.payloads().iterator();
        List<CoinEntry> coins = new ArrayList<>();
        for (int i = 0; i < transaction.outputs().size(); i++) {
            Output output = transaction.outputs().get(i);
            Optional<CoinEntry.Announced> announced = Optional.empty();
            if (output.predicate() instanceof Predicate.Announce announce) {
                OutPoint id = transaction.outPoint(i);
                if (old.hasNext()) {
                    CoinEntry renewed = old.next();
                    if (((Predicate.Announce) renewed.output().predicate()).owner().equals(announce.owner())) {
                        id = renewed.announced().orElseThrow().id();
                    }
                }
                announced = Optional.of(new CoinEntry.Announced(id, payloads.next()));
            }
            coins.add(new CoinEntry(output, height, transaction.isCoinbase() && height > 0, announced));
        }
        return coins;
    }

    private static Effect effect(Transaction transaction, CoinView view, int height, ConsensusParameters network,
            SignatureScheme scheme) throws Broken {
        unless(!transaction.isCoinbase(), Rule.TX_COINBASE, "a block reward stands where a transfer belongs");
        unless(!transaction.outputs().isEmpty(), Rule.TX_NO_OUTPUTS, "no outputs");
        Amount out = outputs(transaction);
        Amount rent = announcements(transaction, height, network);
        List<CoinEntry> spent = inputs(transaction, view, height, network);
        Amount in = spent.stream().map(c -> c.output().amount()).reduce(Amount.ZERO, Amount::plus);
        unless(!out.isMoreThan(in), Rule.TX_OVERSPENT, "outputs of " + out + " from inputs of " + in);
        Amount fee = in.minus(out);
        unless(!rent.isMoreThan(fee), Rule.ANNOUNCE_RENT, "the fee of " + fee + " does not cover the rent of " + rent);
        SpendRules.check(network.genesisHash(), transaction, spent.stream().map(CoinEntry::output).toList(), height, scheme);
        return new Effect(spent, fee, rent, burnt(transaction, height));
    }

    /** What a transaction of a block at some height burns. */
    public static Amount burnt(Transaction transaction, int height) {
        Amount sum = Amount.ZERO;
        for (Output output : transaction.outputs()) {
            if (output.predicate() instanceof Predicate.Announce announce) {
                sum = sum.plus(Costs.burnt(Costs.rent(announce, height)));
            }
        }
        return sum;
    }

    static Amount outputs(Transaction transaction) throws Broken {
        Amount sum = Amount.ZERO;
        for (Output output : transaction.outputs()) {
            Amount dust = Costs.dust(output.predicate());
            unless(!dust.isMoreThan(output.amount()), Rule.TX_DUST,
                    "an output of " + output.amount() + " is below the dust limit of " + dust);
            sum = sum.plus(output.amount());
        }
        return sum;
    }

    static void payloads(Transaction transaction) throws Broken {
        Iterator<byte[]> payloads = transaction.payloads().iterator();
        for (Output output : transaction.outputs()) {
            if (output.predicate() instanceof Predicate.Announce announce) {
                unless(announce.matches(payloads.next()), Rule.ANNOUNCE_PAYLOAD, "the payload is not the one named");
            }
        }
    }

    private static Amount announcements(Transaction transaction, int height, ConsensusParameters network) throws Broken {
        payloads(transaction);
        Amount rent = Amount.ZERO;
        for (Output output : transaction.outputs()) {
            if (output.predicate() instanceof Predicate.Announce announce) {
                unless(!Costs.ANNOUNCEMENT_BOND.isMoreThan(output.amount()), Rule.ANNOUNCE_BOND,
                        output.amount() + " is below the bond of " + Costs.ANNOUNCEMENT_BOND);
                long blocks = (long) announce.expiry() - height;
                unless(blocks >= network.leastAnnouncement() && blocks <= network.mostAnnouncement(),
                        Rule.ANNOUNCE_LIFETIME, "it expires in " + blocks + " blocks; " + network.leastAnnouncement() + " to "
                                + network.mostAnnouncement() + " are allowed");
                rent = rent.plus(Costs.rent(announce, height));
            }
        }
        return rent;
    }

    private static List<CoinEntry> inputs(Transaction transaction, CoinView view, int height, ConsensusParameters network)
            throws Broken {
        Set<OutPoint> seen = new HashSet<>();
        List<CoinEntry> spent = new ArrayList<>();
        for (Input input : transaction.inputs()) {
            unless(seen.add(input.outPoint()), Rule.TX_DUPLICATE_INPUT, input.outPoint() + " is spent twice");
            CoinEntry coin = view.coin(input.outPoint())
                    .orElseThrow(() -> new Broken(Rule.TX_MISSING_COIN, input.outPoint() + " is spent or never existed"));
            unless(!coin.coinbase() || height - coin.height() >= network.maturity(), Rule.TX_IMMATURE, input.outPoint()
                    + " is a reward of height " + coin.height() + " and can be spent from " + (coin.height() + network.maturity()));
            spent.add(coin);
        }
        return spent;
    }
}
