package org.zennet.provider.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService;

/** Channels in memory, the payee's end; it outlives the provider's process as a disk does. */
final class FakeMoney implements ChannelService {
    final World world;
    final Map<OutPoint, ChannelInfo> channels = new LinkedHashMap<>();
    final List<Consumer<ChannelInfo>> watchers = new CopyOnWriteArrayList<>();
    final Map<OutPoint, Integer> settlements = new LinkedHashMap<>();
    volatile boolean settleFails;
    volatile boolean doubleSpent;
    volatile long depthMillis = 1000;

    FakeMoney(World world) {
        this.world = world;
    }

    /** As a payer makes it. */
    static Funding funding(PublicKey payee, Amount capacity, Amount quantum, int n) {
        return new Funding(Fakes.hash("funding " + payee + n), 0, Fakes.key("payer"), payee, capacity, 1000, quantum, new byte[] {1});
    }

    /** As a payer makes it: the voucher is the sum. */
    static Payment payment(OutPoint channel, Amount total) {
        return new Payment(channel.txid(), channel.index(), ByteBuffer.allocate(8).putLong(total.zen()).array(), 0, new byte[0]);
    }

    @Override
    public Funding open(PublicKey payee, Amount capacity, Amount quantum, int blocks, String label) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Payment> pay(OutPoint channel, Amount owed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Payment> payExactly(OutPoint channel, Amount owed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Amount sync(OutPoint channel, Payment newest) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized Optional<Payment> newest(OutPoint channel) {
        return Optional.ofNullable(channels.get(channel)).filter(c -> !c.paid().isZero()).map(c -> payment(channel, c.paid()));
    }

    @Override
    public Optional<Hash> refund(OutPoint channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PublicKey payeeKey(String label) {
        return Fakes.key("money " + label);
    }

    @Override
    public synchronized void accept(Funding f, String label, Amount leastCapacity, int leastBlocks) throws Rejected {
        if (!f.payee().equals(payeeKey(label)) || leastCapacity.isMoreThan(f.capacity())) {
            throw new Rejected("the funding is not as agreed");
        }
        channels.put(f.outPoint(), new ChannelInfo(f.outPoint(), Role.PAYEE, State.OPEN, label, f.payer(), f.payee(), f.capacity(), Amount.ZERO,
                f.expiry(), 0, 0, Optional.empty(), 0, Optional.empty()));
    }

    @Override
    public CompletableFuture<Integer> confirmed(OutPoint channel, int depth) {
        CompletableFuture<Integer> f = new CompletableFuture<>();
        world.after(depthMillis * depth, () -> {
            if (doubleSpent) {
                f.completeExceptionally(new Rejected("it was double-spent"));
            } else {
                f.complete(depth);
            }
        });
        return f;
    }

    @Override
    public synchronized Amount receive(Payment p) throws Rejected {
        ChannelInfo c = channels.get(p.outPoint());
        if (c == null || c.state() != State.OPEN) {
            throw new Rejected("no open channel");
        }
        Amount total = new Amount(ByteBuffer.wrap(p.voucher()).getLong());
        if (c.paid().isMoreThan(total) || total.isMoreThan(c.capacity())) {
            throw new Rejected("it goes backwards or beyond the capacity");
        }
        put(new ChannelInfo(c.id(), c.role(), c.state(), c.label(), c.payer(), c.payee(), c.capacity(), total, c.expiry(), 1, c.payments() + 1,
                c.settled(), 0, Optional.empty()));
        return total;
    }

    @Override
    public synchronized Optional<Hash> settle(OutPoint channel) throws Rejected {
        if (settleFails) {
            throw new Rejected("the disk is full");
        }
        ChannelInfo c = channels.get(channel);
        if (c.settled().isPresent()) {
            return c.settled();
        }
        if (c.paid().isZero()) {
            return Optional.empty();
        }
        settlements.merge(channel, 1, Integer::sum);
        Hash tx = Fakes.hash("settlement of " + channel);
        put(state(c, State.SETTLING, Optional.of(tx), 0));
        world.after(1000, () -> {
            synchronized (this) {
                put(state(channels.get(channel), State.SETTLED, Optional.of(tx), 42));
            }
        });
        return Optional.of(tx);
    }

    static ChannelInfo state(ChannelInfo c, State s, Optional<Hash> tx, int height) {
        return new ChannelInfo(c.id(), c.role(), s, c.label(), c.payer(), c.payee(), c.capacity(), c.paid(), c.expiry(), c.depth(), c.payments(), tx,
                height, Optional.empty());
    }

    synchronized void put(ChannelInfo c) {
        channels.put(c.id(), c);
        watchers.forEach(w -> world.workers.execute(() -> w.accept(c)));
    }

    @Override
    public synchronized Optional<ChannelInfo> channel(OutPoint channel) {
        return Optional.ofNullable(channels.get(channel));
    }

    @Override
    public synchronized List<ChannelInfo> channels() {
        return new ArrayList<>(channels.values()).reversed();
    }

    @Override
    public Registration watch(Consumer<ChannelInfo> changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }
}
