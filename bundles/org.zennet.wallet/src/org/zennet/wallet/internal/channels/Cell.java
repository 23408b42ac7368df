package org.zennet.wallet.internal.channels;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Predicate;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Role;
import org.zennet.services.wallet.ChannelService.State;
import org.zennet.wallet.internal.keystore.KeyRef;
import org.zennet.wallet.internal.keystore.WalletKeys;
import org.zennet.wallet.machine.ChannelTerms;
import org.zennet.wallet.machine.Event;
import org.zennet.wallet.machine.OnChain;
import org.zennet.wallet.machine.PayeeChannel;
import org.zennet.wallet.machine.PayerChannel;
import org.zennet.wallet.machine.Step;

/** The mailbox of one channel: its machine's state, which changes only while this is locked. */
final class Cell {
    /** After so many blocks a spend of the channel is not looked at any more. */
    private static final int BURIED = 144;
    private final long number;
    private final WalletKeys keys;
    private final SignatureScheme scheme;
    private final KeyRef key;
    private final List<Waiter> waiters = new ArrayList<>();
    private Record machine;
    private Predicate.Key settleTo;

    private record Waiter(int depth, CompletableFuture<Integer> future) { }

    /** Over a {@link PayerChannel} or a {@link PayeeChannel}, with the key that signs for it. */
    Cell(long number, Record machine, KeyRef key, WalletKeys keys, SignatureScheme scheme) {
        this.number = number;
        this.machine = machine;
        this.key = key;
        this.keys = keys;
        this.scheme = scheme;
    }

    long number() {
        return number;
    }

    /** What would follow from an event; nothing has changed yet. */
    synchronized Step<? extends Record> ask(Event event) {
        return switch (machine) {
            case PayerChannel payer -> payer.on(event, new PayerChannel.Keys() {
                @Override
                public Signature sign(Hash digest) {
                    return keys.sign(key, digest);
                }

                @Override
                public boolean isOwn(Hash digest, Signature signature) {
                    return scheme.verify(payer.terms().payer(), digest, signature);
                }

                @Override
                public Hash tickSecret(OutPoint channel, long epoch, Amount cumulative, Amount tickValue, int ticks) {
                    return keys.tickSecret(channel, epoch, cumulative, tickValue, ticks);
                }
            });
            case PayeeChannel payee -> payee.on(event, scheme::verify);
            default -> throw new IllegalStateException();
        };
    }

    /** The state is stored: from now on it holds. Returns what to complete, outside of any lock. */
    synchronized Runnable become(Record next) {
        machine = next;
        List<Runnable> done = new ArrayList<>();
        OnChain chain = chain();
        for (Iterator<Waiter> i = waiters.iterator(); i.hasNext();) {
            Waiter waiter = i.next();
            if (chain.state() == State.FAILED) {
                i.remove();
                String why = "channel " + terms().id() + " failed: " + chain.problem();
                done.add(() -> waiter.future.completeExceptionally(new Rejected(why)));
            } else if (chain.depth() >= waiter.depth) {
                i.remove();
                done.add(() -> waiter.future.complete(chain.depth()));
            }
        }
        return () -> done.forEach(Runnable::run);
    }

    synchronized Runnable await(int depth, CompletableFuture<Integer> future) {
        waiters.add(new Waiter(depth, future));
        return become(machine);
    }

    synchronized Record machine() {
        return machine;
    }

    synchronized ChannelTerms terms() {
        return machine instanceof PayerChannel p ? p.terms() : ((PayeeChannel) machine).terms();
    }

    synchronized OnChain chain() {
        return machine instanceof PayerChannel p ? p.chain() : ((PayeeChannel) machine).chain();
    }

    /** Where the settlement pays; one key, however often it is built. */
    synchronized Optional<Predicate.Key> settleTo() {
        return Optional.ofNullable(settleTo);
    }

    synchronized void settleTo(Predicate.Key to) {
        settleTo = to;
    }

    Signature sign(Hash digest) {
        return keys.sign(key, digest);
    }

    /** Whether what spent the channel is so deep that nothing more can happen. */
    boolean isFinal(int tip) {
        OnChain chain = chain();
        return chain.spendHeight() > 0 && tip - chain.spendHeight() >= BURIED;
    }

    synchronized ChannelInfo info() {
        ChannelTerms t = terms();
        OnChain c = chain();
        Optional<String> problem = c.problem().isEmpty() ? Optional.empty() : Optional.of(c.problem());
        return switch (machine) {
            case PayerChannel p -> new ChannelInfo(t.id(), Role.PAYER, c.state(), t.label(), t.payer(), t.payee(), t.capacity(),
                    p.paid(), t.expiry(), c.depth(), p.payments(), c.spend(), c.spendHeight(), problem);
            case PayeeChannel p -> new ChannelInfo(t.id(), Role.PAYEE, c.state(), t.label(), t.payer(), t.payee(), t.capacity(),
                    p.paid(), t.expiry(), c.depth(), p.payments(), c.spend(), c.spendHeight(), problem);
            default -> throw new IllegalStateException();
        };
    }

    /** What of this wallet's coins is locked here. */
    synchronized Amount locked() {
        if (!(machine instanceof PayerChannel p) || p.chain().spendHeight() > 0 || p.chain().state() == State.FAILED) {
            return Amount.ZERO;
        }
        return p.terms().capacity().minusOrZero(p.paid());
    }
}
