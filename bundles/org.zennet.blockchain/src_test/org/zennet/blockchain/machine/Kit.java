package org.zennet.blockchain.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.DevNetwork;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Sighash;
import org.zennet.blockchain.Ticks;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Voucher;
import org.zennet.blockchain.Witness;
import org.zennet.blockchain.internal.crypto.SignatureComponent;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/** A chain in memory for tests: keys, signed transactions, blocks that are valid unless a test spoils them. */
public final class Kit {
    public static final SignatureScheme SCHEME = new SignatureComponent();
    public final ConsensusParameters network;
    public final Map<OutPoint, CoinEntry> coins = new HashMap<>();
    public final List<Block> blocks = new ArrayList<>();
    public final List<List<BlockRules.Spent>> undos = new ArrayList<>();
    public final CoinView view = o -> Optional.ofNullable(coins.get(o));

    public Kit(int salt) {
        this.network = ConsensusParameters.dev(hash("salt", salt));
        apply(BlockRules.genesis(network).changes());
        blocks.add(network.genesis());
        undos.add(List.of());
    }

    public static Hash hash(String what, int n) {
        return Tag.TEST.hash((what + n).getBytes());
    }

    public static byte[] secret(int n) {
        return n == 0 ? DevNetwork.testSecret() : hash("secret", n).toBytes();
    }

    public static PublicKey key(int n) {
        return SCHEME.publicKey(secret(n));
    }

    public static Predicate.Key to(int n) {
        return new Predicate.Key(key(n));
    }

    public int height() {
        return blocks.size() - 1;
    }

    public Hash genesis() {
        return network.genesisHash();
    }

    /** A genesis coin. */
    public OutPoint coin(int n) {
        return network.genesis().transactions().getFirst().outPoint(n);
    }

    /** Signs every input with the witness that a function makes from its sighash. */
    public interface Signer {
        Witness sign(Hash digest);
    }

    public Transaction sign(List<OutPoint> spent, List<Output> outputs, List<byte[]> payloads, Signer... signers) {
        return sign(view, spent, outputs, payloads, signers);
    }

    public Transaction sign(CoinView from, List<OutPoint> spent, List<Output> outputs, List<byte[]> payloads, Signer... signers) {
        List<Output> coinsSpent = spent.stream().map(o -> from.coin(o).orElseThrow().output()).toList();
        Sighash sighash = new Sighash(genesis(), spent, coinsSpent, outputs);
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < spent.size(); i++) {
            inputs.add(new Input(spent.get(i), signers[i].sign(sighash.digest(i))));
        }
        return Transaction.of(inputs, outputs, payloads);
    }

    public static Signer by(int n) {
        return digest -> new Witness.KeyWitness(SCHEME.sign(secret(n), digest));
    }

    /** Pays from a genesis coin of the test key with a fee of 1,000 zen; the last output is the change. */
    public Transaction pay(int coin, Output... outputs) {
        return pay(coin(coin), 0, new Amount(1_000), outputs);
    }

    public Transaction pay(OutPoint from, int owner, Amount fee, Output... outputs) {
        return pay(view, from, owner, fee, List.of(), outputs);
    }

    public Transaction pay(CoinView view, OutPoint from, int owner, Amount fee, List<byte[]> payloads, Output... outputs) {
        Amount rest = view.coin(from).orElseThrow().output().amount().minus(fee);
        List<Output> all = new ArrayList<>(Arrays.asList(outputs));
        for (Output output : outputs) {
            rest = rest.minus(output.amount());
        }
        if (!rest.isZero()) {
            all.add(new Output(rest, to(owner)));
        }
        return sign(view, List.of(from), all, payloads, by(owner));
    }

    /** A voucher's signature. */
    public static Signature voucher(Voucher voucher, int payer) {
        return SCHEME.sign(secret(payer), voucher.digest());
    }

    /** A settlement of a channel; a test spoils what it likes. */
    public final class Settle {
        public Hash genesis = genesis();
        public OutPoint signedFor;
        public int payer = 1;
        public int payee = 2;
        public Amount cumulative = Amount.ofXen(3);
        public Amount tick = new Amount(1_000_000);
        public int n = 100;
        public int k = 40;
        public Hash secretEnd = hash("end", 1);
        public Hash anchor;
        public UnaryOperator<Hash> preimage = h -> h;
        public int refund = 0;

        public Settle(OutPoint channel) {
            this.signedFor = channel;
        }

        public Signer signer(OutPoint channel) {
            Hash[] chain = new Ticks(genesis(), channel).chain(secretEnd, Math.min(n, 5_000));
            Hash used = anchor == null ? chain[0] : anchor;
            Signature signature = voucher(new Voucher(genesis, signedFor, cumulative, used, tick, n), payer);
            Optional<Witness.Tail> tail = k < 0 ? Optional.empty()
                    : Optional.of(new Witness.Tail(k, preimage.apply(chain[Math.min(k, chain.length - 1)])));
            return digest -> new Witness.ChannelSettle(SCHEME.sign(secret(payee), digest), signature, cumulative, used, tick, n, tail, refund);
        }
    }

    /** A valid block on top. */
    public Block block(int miner, Transaction... transactions) {
        return block(miner, b -> b, Amount.ZERO, transactions);
    }

    /** A block on top, whose header a test spoils before it is solved; the reward may be wrong by a difference. */
    public Block block(int miner, UnaryOperator<BlockHeader> spoil, Amount more, Transaction... transactions) {
        List<Transaction> all = new ArrayList<>(Arrays.asList(transactions));
        all.addFirst(Transaction.coinbase(height() + 1, List.of(new Output(reward(transactions).plus(more), to(miner)))));
        return solve(all, spoil);
    }

    public Amount reward(Transaction... transactions) {
        CoinView.Overlay overlay = new CoinView.Overlay(view);
        Amount reward = Emission.subsidy(height() + 1);
        for (Transaction t : transactions) {
            if (TransactionRules.check(t, overlay, height() + 1, network, SCHEME) instanceof Verdict.Accepted<TransactionRules.Effect>(var e)) {
                TransactionRules.apply(t, e.spent(), height() + 1, overlay);
                reward = reward.plus(e.fee()).minus(e.burnt());
            }
        }
        return reward;
    }

    public Block solve(List<Transaction> all, UnaryOperator<BlockHeader> spoil) {
        BlockHeader header = spoil.apply(new BlockHeader(1, blocks.getLast().hash(), Block.txRoot(all), BlockHeader.NO_AUX, height() + 1,
                blocks.getLast().header().time() + 1, network.bits(), 0));
        return new Block(solve(header), all);
    }

    public static BlockHeader solve(BlockHeader header) {
        BlockHeader solved = header;
        for (long nonce = 0; !Work.meets(solved.hash(), 0x2000FFFF); nonce++) {
            solved = solved.withNonce(nonce);
        }
        return solved;
    }

    public Verdict<BlockRules.Connected> check(Block block) {
        HeaderTree tree = new HeaderTree(network);
        blocks.subList(1, blocks.size()).forEach(b -> tree.add(b.header(), Long.MAX_VALUE / 2));
        if (tree.add(block.header(), now()) instanceof Verdict.Rejected<HeaderTree.Node> r) {
            return r.as();
        }
        if (BlockRules.check(block) instanceof Verdict.Rejected<Block> r) {
            return r.as();
        }
        return BlockRules.connect(block, view, network, SCHEME);
    }

    public long now() {
        return blocks.getLast().header().time() + 1;
    }

    /** Connects a valid block of these transactions. */
    public Block mine(Transaction... transactions) {
        Block block = block(9, transactions);
        connect(block);
        return block;
    }

    public BlockRules.Connected connect(Block block) {
        return switch (check(block)) {
            case Verdict.Accepted<BlockRules.Connected>(var effect) -> {
                apply(effect.changes());
                blocks.add(block);
                undos.add(effect.undo());
                yield effect;
            }
            case Verdict.Rejected<BlockRules.Connected> r -> throw new AssertionError(r.toString());
        };
    }

    public void disconnect() {
        apply(BlockRules.disconnect(blocks.removeLast(), undos.removeLast()));
    }

    public void apply(Map<OutPoint, Optional<CoinEntry>> changes) {
        changes.forEach((outPoint, coin) -> {
            if (coin.isPresent()) {
                coins.put(outPoint, coin.get());
            } else {
                coins.remove(outPoint);
            }
        });
    }

    public Amount unspent() {
        return coins.values().stream().map(c -> c.output().amount()).reduce(Amount.ZERO, Amount::plus);
    }
}
