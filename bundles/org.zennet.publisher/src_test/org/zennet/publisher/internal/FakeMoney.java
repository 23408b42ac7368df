package org.zennet.publisher.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.WalletService;

/** Chain, wallet and channels in one: a block a second, and a ledger of what was promised. */
final class FakeMoney {
    final Loop loop;
    final Chain chain = new Chain();
    final Wallet wallet = new Wallet();
    final Channels channels = new Channels();
    final Map<OutPoint, Announcement> announcements = new LinkedHashMap<>();
    /** The newest, also when it was revoked. */
    Announcement announced;
    final Map<OutPoint, Entry> ledger = new LinkedHashMap<>();
    Amount available = Amount.ofXen(1000);
    Optional<String> fundingFails = Optional.empty();
    private final List<ChainService.ChainWatcher> watchers = new ArrayList<>();
    int synced;
    private int height = 10;
    private int numbers;

    /** One channel. */
    static final class Entry {
        final PublicKey payee;
        final Amount capacity;
        final Amount quantum;
        final int expiry;
        final String label;
        Amount paid = Amount.ZERO;
        Optional<Hash> spender = Optional.empty();
        int spentAt;
        boolean refunded;

        Entry(PublicKey payee, Amount capacity, Amount quantum, int expiry, String label) {
            this.payee = payee;
            this.capacity = capacity;
            this.quantum = quantum;
            this.expiry = expiry;
            this.label = label;
        }
    }

    FakeMoney(Loop loop) {
        this.loop = loop;
        loop.after(1000, this::block);
    }

    private void block() {
        height++;
        var info = new ChainService.BlockInfo(height, hash("block"), hash("block"), 0, 0, Amount.ZERO, Amount.ZERO, new byte[0], List.of());
        List.copyOf(watchers).forEach(w -> w.connected(info));
        loop.after(1000, this::block);
    }

    private Hash hash(String what) {
        return Tag.TEST.hash(what.getBytes(java.nio.charset.StandardCharsets.UTF_8), ByteBuffer.allocate(4).putInt(numbers++).array());
    }

    /** The payee settles. */
    Hash settle(OutPoint channel) {
        Entry e = ledger.get(channel);
        if (e.spender.isEmpty()) {
            e.spender = Optional.of(hash("settlement"));
            e.spentAt = height + 1;
        }
        return e.spender.get();
    }

    static Amount amount(ChannelService.Payment payment) {
        return new Amount(ByteBuffer.wrap(payment.voucher()).getLong());
    }

    /** The chain. */
    final class Chain implements ChainService {
        @Override
        public ChainParameters parameters() {
            return new ChainParameters("dev", Hash.of(new byte[32]), "dxen", 1, 2, 1);
        }

        @Override
        public Tip tip() {
            return new Tip(height, Hash.of(new byte[32]), 0);
        }

        @Override
        public CompletableFuture<Tip> synced() {
            return CompletableFuture.completedFuture(tip());
        }

        @Override
        public Hash submit(byte[] transaction) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<TransactionInfo> transaction(Hash txid) {
            return Optional.empty();
        }

        @Override
        public Optional<TransactionInfo> spender(OutPoint output) {
            return Optional.ofNullable(ledger.get(output)).filter(e -> e.spender.isPresent()).map(e -> {
                boolean in = e.spentAt <= height;
                return new TransactionInfo(e.spender.get(), in ? e.spentAt : 0, in ? height - e.spentAt + 1 : 0, Amount.ZERO, new byte[0]);
            });
        }

        @Override
        public Optional<Coin> coin(OutPoint output) {
            return Optional.empty();
        }

        @Override
        public List<Coin> coinsOf(List<byte[]> predicates) {
            return List.of();
        }

        @Override
        public List<AnnouncementInfo> announcements() {
            return announcements.entrySet().stream().map(e -> new AnnouncementInfo(e.getKey(), height, e.getValue().expiry(), e.getValue())).toList();
        }

        @Override
        public Optional<BlockInfo> block(int at) {
            return Optional.empty();
        }

        @Override
        public List<TransactionInfo> mempool() {
            return List.of();
        }

        @Override
        public long feeRate() {
            return 1;
        }

        @Override
        public Conservation scanConservation() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration watch(ChainWatcher watcher) {
            watchers.add(watcher);
            return () -> watchers.remove(watcher);
        }
    }

    /** The wallet. */
    final class Wallet implements WalletService {
        @Override
        public Balance balance() {
            return new Balance(available, Amount.ZERO, Amount.ZERO);
        }

        @Override
        public String newAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Entry> history(int limit) {
            return List.of();
        }

        @Override
        public Hash send(String address, Amount amount) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Preview preview(String address, Amount amount) {
            throw new UnsupportedOperationException();
        }

        @Override
        public OutPoint announce(Announcement announcement) {
            if (org.zennet.api.encoding.Records.encode(announcement).length > Announcement.MAX_BYTES) {
                throw new AssertionError("the announcement is too long");
            }
            OutPoint id = new OutPoint(hash("announcement"), 0);
            announcements.put(id, announcement);
            announced = announcement;
            return id;
        }

        @Override
        public Hash revoke(OutPoint announcement) throws Rejected {
            if (announcements.remove(announcement) == null) {
                throw new Rejected("no such announcement");
            }
            return hash("revocation");
        }

        @Override
        public Hash takeTestCoins() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration watch(Runnable changed) {
            return () -> { };
        }
    }

    /** The payer's ends of channels. */
    final class Channels implements ChannelService {
        @Override
        public Funding open(PublicKey payee, Amount capacity, Amount quantum, int blocks, String label) throws Rejected {
            if (fundingFails.isPresent()) {
                throw new Rejected(fundingFails.get());
            }
            OutPoint id = new OutPoint(hash("funding"), 0);
            ledger.put(id, new Entry(payee, capacity, quantum, height + blocks, label));
            available = available.minus(capacity);
            return new Funding(id.txid(), 0, payee, payee, capacity, height + blocks, quantum, new byte[] {1});
        }

        @Override
        public Optional<Payment> pay(OutPoint channel, Amount owed) throws Rejected {
            Entry e = ledger.get(channel);
            return promise(channel, new Amount(owed.zen() / e.quantum.zen() * e.quantum.zen()));
        }

        @Override
        public Optional<Payment> payExactly(OutPoint channel, Amount owed) throws Rejected {
            boolean again = !owed.isZero() && owed.equals(ledger.get(channel).paid);
            return again ? Optional.of(payment(channel, owed)) : promise(channel, owed);
        }

        private static Payment payment(OutPoint channel, Amount total) {
            return new Payment(channel.txid(), channel.index(), ByteBuffer.allocate(8).putLong(total.zen()).array(), 0, new byte[0]);
        }

        private Optional<Payment> promise(OutPoint channel, Amount total) throws Rejected {
            Entry e = ledger.get(channel);
            if (total.isMoreThan(e.capacity)) {
                throw new Rejected("exhausted");
            }
            if (!total.isMoreThan(e.paid)) {
                return Optional.empty();
            }
            e.paid = total;
            return Optional.of(payment(channel, total));
        }

        @Override
        public Amount sync(OutPoint channel, Payment newest) throws Rejected {
            Amount held = amount(newest);
            if (!newest.outPoint().equals(channel) || held.isMoreThan(ledger.get(channel).paid)) {
                throw new Rejected("that was not promised here");
            }
            synced++;
            return held;
        }

        @Override
        public Optional<Payment> newest(OutPoint channel) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Hash> refund(OutPoint channel) {
            Entry e = ledger.get(channel);
            e.refunded = true;
            return Optional.of(hash("refund"));
        }

        @Override
        public PublicKey payeeKey(String label) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void accept(Funding funding, String label, Amount leastCapacity, int leastBlocks) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Integer> confirmed(OutPoint channel, int depth) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Amount receive(Payment payment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Hash> settle(OutPoint channel) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ChannelInfo> channel(OutPoint channel) {
            return Optional.ofNullable(ledger.get(channel)).map(e -> new ChannelInfo(channel, Role.PAYER,
                    e.refunded ? State.REFUNDED : e.spender.isPresent() ? State.SETTLED : State.OPEN, e.label, e.payee, e.payee, e.capacity,
                    e.paid, e.expiry, 1, 0, e.spender, e.spentAt, Optional.empty()));
        }

        @Override
        public List<ChannelInfo> channels() {
            return ledger.keySet().stream().map(this::channel).flatMap(Optional::stream).toList();
        }

        @Override
        public Registration watch(Consumer<ChannelInfo> changed) {
            return () -> { };
        }
    }
}
