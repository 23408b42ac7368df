package org.zennet.wallet.internal.coins;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.Coin;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.wallet.internal.keystore.KeyRef;
import org.zennet.wallet.internal.keystore.WalletKeys;

/**
 * What can be spent now, and drafts of payments from it: the coins of a snapshot, less what waiting transactions of this
 * wallet spend, plus the change of those. Made anew for every payment, under the wallet's lock.
 */
final class Purse {
    private final WalletKeys keys;
    private final KeyBook book;
    private final long feeRate;
    private final Map<OutPoint, Output> confirmed = new LinkedHashMap<>();
    private final Map<OutPoint, Output> change = new LinkedHashMap<>();
    private long pending;

    /**
     * Outputs to make.
     *
     * @param payloads of the announcements among them
     * @param rent     of those, part of the fee
     */
    record Plan(List<Output> outputs, List<byte[]> payloads, Amount rent) {
        static Plan of(Output output) {
            return new Plan(List.of(output), List.of(), Amount.ZERO);
        }
    }

    /** A payment that is ready to be signed. */
    record Draft(List<TxBuilder.Spend> spends, List<Output> outputs, List<byte[]> payloads, Amount fee, Amount change) { }

    Purse(WalletKeys keys, KeyBook book, Ledger ledger, Snapshot at, int maturity) {
        this.keys = keys;
        this.book = book;
        this.feeRate = at.feeRate();
        Set<OutPoint> spent = new HashSet<>();
        List<Transaction> own = ledger.transactions().stream().filter(t -> t.waits() && t.own()).map(StoredTx::transaction)
                .toList();
        own.forEach(t -> t.inputs().stream().map(Input::outPoint).forEach(spent::add));
        for (Coin coin : at.coins()) {
            Optional<Output> output = own(coin);
            if (output.isEmpty() || spent.contains(coin.outPoint())) {
                continue;
            }
            if (coin.coinbase() && at.tip().height() + 1 - coin.height() < maturity) {
                pending = Math.addExact(pending, coin.amount().zen());
            } else if (coin.height() > 0 || coin.coinbase() || ledger.coin(coin.outPoint()).isPresent()) {
                confirmed.put(coin.outPoint(), output.get());
            }
        }
        Set<Hash> counted = new HashSet<>();
        for (Transaction tx : own) {
            counted.add(tx.txid());
            boolean fromOwn = tx.inputs().stream().anyMatch(i -> ledger.coin(i.outPoint()).isPresent());
            unspent(tx, spent).forEach((outPoint, output) -> {
                if (confirmed.containsKey(outPoint)) {
                    return;
                }
                if (fromOwn) {
                    change.put(outPoint, output);
                } else {
                    pending = Math.addExact(pending, output.amount().zen());
                }
            });
        }
        for (TransactionInfo info : at.waiting()) {
            if (!counted.contains(info.txid())) {
                incoming(info, spent);
            }
        }
    }

    /** What can be spent now. */
    Amount available() {
        return sum(confirmed).plus(sum(change));
    }

    /** What is on its way in, or not mature. */
    Amount pending() {
        return new Amount(pending);
    }

    /**
     * Chooses coins and works out fee and change.
     *
     * @param changeKey where the change goes
     * @throws Rejected when the coins don't suffice
     */
    Draft draft(Plan plan, Predicate.Key changeKey) throws Rejected {
        Output someChange = new Output(Costs.dust(changeKey), changeKey);
        TxBuilder.Spend some = spend(new OutPoint(Hash.of(new byte[32]), 0), someChange);
        int one = TxBuilder.size(List.of(some), plan.outputs(), plan.payloads());
        int input = TxBuilder.size(List.of(some, some), plan.outputs(), plan.payloads()) - one;
        long target = plan.outputs().stream().mapToLong(o -> o.amount().zen()).reduce(0, Math::addExact);
        // four bytes more than one input less its share: the count of inputs takes up to two more, that of outputs too
        CoinSelection.Need need = new CoinSelection.Need(target, plan.rent().zen() + feeRate * (one - input + 4),
                feeRate * input, feeRate * someChange.size(), Costs.dust(changeKey).zen());
        Map<OutPoint, Output> coins = new LinkedHashMap<>(confirmed);
        Optional<CoinSelection.Choice> choice = choose(coins, need);
        if (choice.isEmpty()) {
            coins.putAll(change);
            choice = choose(coins, need);
        }
        if (choice.isEmpty()) {
            throw tooLittle(target, need);
        }
        List<Map.Entry<OutPoint, Output>> list = List.copyOf(coins.entrySet());
        List<TxBuilder.Spend> spends = choice.get().chosen().stream()
                .map(i -> spend(list.get(i).getKey(), list.get(i).getValue())).toList();
        return finish(plan, spends, changeKey, choice.get().change() > 0);
    }

    private Draft finish(Plan plan, List<TxBuilder.Spend> spends, Predicate.Key changeKey, boolean wantsChange) {
        List<Output> outputs = new ArrayList<>(plan.outputs());
        Amount in = new Amount(spends.stream().mapToLong(s -> s.output().amount().zen()).reduce(0, Math::addExact));
        Amount out = new Amount(outputs.stream().mapToLong(o -> o.amount().zen()).reduce(0, Math::addExact));
        Amount back = Amount.ZERO;
        if (wantsChange) {
            outputs.add(new Output(Costs.dust(changeKey), changeKey));
            long size = TxBuilder.size(spends, outputs, plan.payloads());
            back = in.minus(out).minus(plan.rent()).minus(new Amount(size * feeRate));
            outputs.set(outputs.size() - 1, new Output(back, changeKey));
        }
        return new Draft(spends, List.copyOf(outputs), plan.payloads(), in.minus(out).minus(back), back);
    }

    private Rejected tooLittle(long target, CoinSelection.Need need) {
        long fee = need.feeOf(Math.max(1, confirmed.size()));
        long missing = Math.max(1, target + fee - available().zen());
        return new Rejected("the wallet holds too little: " + new Amount(target) + " and a fee of about " + new Amount(fee)
                + " are needed, " + available() + " are available"
                + (pending > 0 ? " (" + new Amount(pending) + " are pending)" : "") + ", " + new Amount(missing) + " are missing");
    }

    private Optional<CoinSelection.Choice> choose(Map<OutPoint, Output> coins, CoinSelection.Need need) {
        return CoinSelection.choose(coins.values().stream().map(o -> o.amount().zen()).toList(), need);
    }

    private TxBuilder.Spend spend(OutPoint outPoint, Output output) {
        KeyRef ref = output.predicate() instanceof Predicate.Key(var key)
                ? book.find(key).<KeyRef>map(r -> r).orElse(null) : null;
        return new TxBuilder.Spend(outPoint, output, digest -> keys.sign(ref, digest), Witness.KeyWitness::new);
    }

    private Optional<Output> own(Coin coin) {
        try {
            return Predicate.parse(coin.predicate()) instanceof Predicate.Key key && book.find(key.key()).isPresent()
                    ? Optional.of(new Output(coin.amount(), key)) : Optional.empty();
        } catch (EncodingException e) {
            return Optional.empty();
        }
    }

    private void incoming(TransactionInfo info, Set<OutPoint> spent) {
        try {
            unspent(Transaction.parse(info.raw()), spent)
                    .forEach((_, output) -> pending = Math.addExact(pending, output.amount().zen()));
        } catch (EncodingException e) {
            throw new IllegalStateException("the mempool holds a malformed transaction " + info.txid(), e);
        }
    }

    private Map<OutPoint, Output> unspent(Transaction tx, Set<OutPoint> spent) {
        Map<OutPoint, Output> found = new LinkedHashMap<>();
        for (int i = 0; i < tx.outputs().size(); i++) {
            Output output = tx.outputs().get(i);
            if (output.predicate() instanceof Predicate.Key(var key) && book.find(key).isPresent()
                    && !spent.contains(tx.outPoint(i))) {
                found.put(tx.outPoint(i), output);
            }
        }
        return found;
    }

    private static Amount sum(Map<OutPoint, Output> coins) {
        return new Amount(coins.values().stream().mapToLong(o -> o.amount().zen()).reduce(0, Math::addExact));
    }
}
