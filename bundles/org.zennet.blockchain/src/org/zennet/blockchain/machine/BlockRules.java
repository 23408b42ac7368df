package org.zennet.blockchain.machine;

import static org.zennet.blockchain.machine.Broken.unless;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/** The rules of blocks, and what a block does to the coins. */
public final class BlockRules {
    private static final int MAX_COINBASE_OUTPUTS = 16;

    private BlockRules() { }

    /** A coin that a block spent. */
    public record Spent(OutPoint outPoint, CoinEntry coin) { }

    /**
     * What a valid block does.
     *
     * @param changes the coins that are there now, or empty where they are gone
     * @param undo    the coins that it spent, in the order of its transactions' inputs
     * @param subsidy new coins
     * @param fees    what the miner got beside them
     * @param burnt   what nobody got
     */
    public record Connected(Map<OutPoint, Optional<CoinEntry>> changes, List<Spent> undo, Amount subsidy, Amount fees,
            Amount burnt) { }

    /**
     * Checks all that needs no coins: first root and payloads, which tell whether this is the block that the header
     * means at all ({@link #means}), then shape and sizes.
     */
    public static Verdict<Block> check(Block block) {
        try {
            shape(block);
            return Verdict.accepted(block);
        } catch (Broken e) {
            return e.verdict();
        }
    }

    /** Whether a broken rule condemns the header; else somebody put the wrong transactions or payloads under it. */
    public static boolean means(Rule rule) {
        return rule != Rule.BLOCK_TX_ROOT && rule != Rule.ANNOUNCE_PAYLOAD;
    }

    /**
     * Checks a block whose header and shape are valid against the coins of its parent.
     *
     * @param view the coins after its parent
     */
    public static Verdict<Connected> connect(Block block, CoinView view, ConsensusParameters network, SignatureScheme scheme) {
        try {
            return Verdict.accepted(connected(block, view, network, scheme));
        } catch (Broken e) {
            return e.verdict();
        } catch (ArithmeticException e) {
            return Verdict.rejected(Rule.TX_OVERFLOW, "a sum is above 2^63-1 zen");
        }
    }

    /** What taking a block back does to the coins. */
    public static Map<OutPoint, Optional<CoinEntry>> disconnect(Block block, List<Spent> undo) {
        CoinView.Overlay view = new CoinView.Overlay(o -> Optional.empty());
        undo.forEach(s -> view.add(s.outPoint(), s.coin()));
        for (Transaction transaction : block.transactions()) {
            for (int i = 0; i < transaction.outputs().size(); i++) {
                view.remove(transaction.outPoint(i));
            }
        }
        return view.changes();
    }

    /** The changes of the genesis block, which is valid by definition. */
    public static Connected genesis(ConsensusParameters network) {
        CoinView.Overlay view = new CoinView.Overlay(o -> Optional.empty());
        network.genesis().transactions().forEach(t -> TransactionRules.apply(t, List.of(), 0, view));
        return new Connected(view.changes(), List.of(), Amount.ZERO, Amount.ZERO, Amount.ZERO);
    }

    private static void shape(Block block) throws Broken {
        List<Transaction> transactions = block.transactions();
        Hash root = Block.txRoot(transactions);
        unless(block.header().txRoot().equals(root), Rule.BLOCK_TX_ROOT, "the root is " + root);
        for (Transaction transaction : transactions) {
            TransactionRules.payloads(transaction);
        }
        unless(!transactions.isEmpty() && transactions.getFirst().isCoinbase(), Rule.BLOCK_COINBASE_FIRST,
                "the first transaction is no reward");
        Set<Hash> ids = new HashSet<>();
        long bytes = 0;
        long payloads = 0;
        for (Transaction transaction : transactions) {
            unless(transaction == transactions.getFirst() || !transaction.isCoinbase(), Rule.BLOCK_COINBASE_FIRST,
                    "a second reward " + transaction.txid());
            unless(ids.add(transaction.txid()), Rule.BLOCK_DUPLICATE, transaction.txid() + " occurs twice");
            int own = transaction.payloads().stream().mapToInt(p -> p.length).sum();
            payloads += own;
            bytes += transaction.size() - own;
        }
        unless(bytes <= Block.MAX_TRANSACTION_BYTES, Rule.BLOCK_SIZE, bytes + " bytes of transactions");
        unless(payloads <= Block.MAX_PAYLOAD_BYTES, Rule.BLOCK_PAYLOADS, payloads + " bytes of payloads");
        Transaction reward = transactions.getFirst();
        unless(reward.coinbaseHeight() == block.height(), Rule.BLOCK_COINBASE_HEIGHT,
                "a reward of height " + reward.coinbaseHeight() + " in a block of height " + block.height());
        unless(!reward.outputs().isEmpty() && reward.outputs().size() <= MAX_COINBASE_OUTPUTS
                && reward.outputs().stream().allMatch(o -> o.predicate() instanceof Predicate.Key), Rule.BLOCK_COINBASE_OUTPUTS,
                reward.outputs().size() + " outputs; 1 to " + MAX_COINBASE_OUTPUTS + " to keys are allowed");
    }

    private static Connected connected(Block block, CoinView below, ConsensusParameters network, SignatureScheme scheme)
            throws Broken {
        CoinView.Overlay view = new CoinView.Overlay(below);
        List<Spent> undo = new ArrayList<>();
        Amount fees = Amount.ZERO;
        Amount burnt = Amount.ZERO;
        for (Transaction transaction : block.transactions().subList(1, block.transactions().size())) {
            switch (TransactionRules.check(transaction, view, block.height(), network, scheme)) {
                case Verdict.Rejected(var rule, var detail) -> throw new Broken(rule, detail).in("tx:" + transaction.txid());
                case Verdict.Accepted(var effect) -> {
                    for (int i = 0; i < effect.spent().size(); i++) {
                        undo.add(new Spent(transaction.inputs().get(i).outPoint(), effect.spent().get(i)));
                    }
                    TransactionRules.apply(transaction, effect.spent(), block.height(), view);
                    fees = fees.plus(effect.fee().minus(effect.burnt()));
                    burnt = burnt.plus(effect.burnt());
                }
            }
        }
        Transaction reward = block.transactions().getFirst();
        Amount due = Emission.subsidy(block.height()).plus(fees);
        Amount paid = TransactionRules.outputs(reward);
        unless(paid.equals(due), Rule.BLOCK_COINBASE_AMOUNT, "the reward pays " + paid + ", not " + due);
        TransactionRules.apply(reward, List.of(), block.height(), view);
        return new Connected(view.changes(), undo, Emission.subsidy(block.height()), fees, burnt);
    }
}
