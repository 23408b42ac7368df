package org.zennet.wallet.machine;

import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Ticks;
import org.zennet.blockchain.Voucher;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService.Payment;
import org.zennet.services.wallet.ChannelService.State;

/**
 * The payer's end of a channel. What it has promised at any time is at most the largest sum that it was told is owed,
 * and at most the capacity: every voucher starts at what is paid already, and a tick is only revealed up to what is owed.
 *
 * <p>Losing the newest states is harmless. An epoch that is repeated with the same numbers has the same chain, and with
 * others another one; in both cases nothing above what is owed now is revealed, and what was revealed before was owed then.
 *
 * @param version  of this record
 * @param epoch    the number of vouchers so far, 0 before the first
 * @param base     A of the newest voucher
 * @param length   n of the newest voucher
 * @param revealed k of the newest tick
 * @param newest   the newest voucher, while its chain is in use: it goes with every tick, so that a payee that missed it can
 *                 still verify the tick. That costs 119 bytes and no signature; one that has it compares bytes
 * @param payments the number of payment messages
 */
@Message(Tag.CHANNEL_STATE)
public record PayerChannel(int version, ChannelTerms terms, long epoch, Amount base, int length, int revealed,
        Optional<SignedVoucher> newest, long payments, OnChain chain) {
    /** The version of the stored state. */
    public static final int VERSION = 1;
    /** The ticks of a new chain: a new voucher about every ten intervals, and at most 0.2 ms of hashing for a tick. */
    public static final int CHAIN = 1_000;

    /** Refuses a state of another version. */
    public PayerChannel {
        if (version != VERSION) {
            throw new IllegalArgumentException("unknown version of a channel's state: " + version);
        }
    }

    /** What the payer's end needs of the wallet. */
    public interface Keys {
        /** Signs a voucher's digest with the channel's payer key. */
        Signature sign(Hash digest);

        /** Whether the channel's payer key signed this digest. */
        boolean isOwn(Hash digest, Signature signature);

        /** The secret end w_n of a chain. The same numbers give the same secret. */
        Hash tickSecret(OutPoint channel, long epoch, Amount cumulative, Amount tickValue, int ticks);
    }

    /** A channel that was just funded. */
    public static PayerChannel open(ChannelTerms terms) {
        return new PayerChannel(VERSION, terms, 0, Amount.ZERO, 0, 0, Optional.empty(), 0, OnChain.unseen());
    }

    /**
     * This state after a restart: the next payment is a new voucher from here, because ticks that are not in this state may
     * have been revealed.
     */
    public PayerChannel resumed() {
        return new PayerChannel(VERSION, terms, epoch, paid(), 0, 0, Optional.empty(), payments, chain);
    }

    /** What was paid in all: what the payee can settle for. */
    public Amount paid() {
        return base.plus(terms.quantum().times(revealed));
    }

    /** What follows from an event. */
    public Step<PayerChannel> on(Event event, Keys keys) {
        return switch (event) {
            case Event.Owed owed -> pay(owed, keys);
            case Event.Synced(Payment newest) -> sync(newest, keys);
            case Event.Sighted seen -> see(seen);
            case Event.RefundWanted(int tip) -> refund(tip);
            case Event.Built built when chain.isPayable() -> {
                PayerChannel next = with(chain.with(built));
                yield Step.now(next, new Effect.Submit(built.txid(), built.transaction()));
            }
            case Event.Built _ -> Step.unchanged(this);
            case Event.NotTaken not -> Step.soon(with(chain.with(not)));
            case Event.Received _, Event.SettleWanted _ ->
                Step.unchanged(this, new Effect.Refuse("this process pays on channel " + terms.id() + ", it is not paid"));
        };
    }

    private Step<PayerChannel> pay(Event.Owed owed, Keys keys) {
        if (!chain.isPayable()) {
            return Step.unchanged(this, new Effect.Refuse("channel " + terms.id() + " is closed (" + chain.state()
                    + "): nothing more can be paid on it"));
        }
        if (owed.total().isMoreThan(terms.capacity())) {
            return Step.unchanged(this, new Effect.Refuse("channel " + terms.id() + " is exhausted: " + owed.total()
                    + " are owed, its capacity is " + terms.capacity() + ", " + owed.total().minus(terms.capacity())
                    + " are missing"));
        }
        long more = owed.total().zen() - base.zen();
        long v = terms.quantum().zen();
        if (owed.exact()) {
            boolean due = !owed.total().isZero() && !paid().isMoreThan(owed.total());
            return due ? voucher(owed.total(), 0, keys) : Step.unchanged(this);
        }
        long k = more < 0 ? 0 : more / v;
        if (k <= revealed) {
            return Step.unchanged(this);
        }
        if (k <= length) {
            return tick((int) k, keys);
        }
        Amount cumulative = new Amount(base.zen() + k * v);
        long left = (terms.capacity().zen() - cumulative.zen()) / v;
        return voucher(cumulative, (int) Math.min(CHAIN, left), keys);
    }

    private Step<PayerChannel> voucher(Amount cumulative, int ticks, Keys keys) {
        long next = epoch + 1;
        Hash anchor = ticks == 0 ? Voucher.NO_ANCHOR : new Ticks(terms.genesis(), terms.id())
                .anchor(ticks, keys.tickSecret(terms.id(), next, cumulative, terms.quantum(), ticks));
        Voucher voucher = new Voucher(terms.genesis(), terms.id(), cumulative, anchor, terms.quantum(), ticks);
        SignedVoucher signed = new SignedVoucher(cumulative, anchor, terms.quantum(), ticks, keys.sign(voucher.digest()));
        PayerChannel after = new PayerChannel(VERSION, terms, next, cumulative, ticks, 0, Optional.of(signed), payments + 1,
                chain);
        return Step.now(after, new Effect.Send(new Payment(terms.id().txid(), terms.id().index(), Records.encode(signed), 0,
                new byte[0])));
    }

    private Step<PayerChannel> tick(int k, Keys keys) {
        Hash end = keys.tickSecret(terms.id(), epoch, base, terms.quantum(), length);
        byte[] preimage = new Ticks(terms.genesis(), terms.id()).back(length, end, k).toBytes();
        PayerChannel after = new PayerChannel(VERSION, terms, epoch, base, length, k, newest, payments + 1, chain);
        byte[] voucher = Records.encode(newest.orElseThrow());
        return Step.soon(after, new Effect.Send(new Payment(terms.id().txid(), terms.id().index(), voucher, k, preimage)));
    }

    /** What the payee holds was promised here: verified as consensus would. When it is more than this state knows, it is taken over. */
    private Step<PayerChannel> sync(Payment shown, Keys keys) {
        String foreign = "what the payee shows is no payment of this wallet's on channel " + terms.id() + ": ";
        if (!shown.outPoint().equals(terms.id())) {
            return Step.unchanged(this, new Effect.Refuse(foreign + "it is for channel " + shown.outPoint()));
        }
        SignedVoucher v;
        try {
            v = Records.decode(SignedVoucher.class, shown.voucher());
        } catch (EncodingException e) {
            return Step.unchanged(this, new Effect.Refuse(foreign + e.getMessage()));
        }
        if (!keys.isOwn(v.on(terms).digest(), v.signature())) {
            return Step.unchanged(this, new Effect.Refuse(foreign + "the signature is another's"));
        }
        int k = shown.step();
        boolean linked = k == 0 || k > 0 && k <= v.maxTicks() && shown.preimage().length == Hash.LENGTH
                && new Ticks(terms.genesis(), terms.id()).anchor(k, Hash.of(shown.preimage())).equals(v.anchor());
        if (!linked) {
            return Step.unchanged(this, new Effect.Refuse(foreign + "its tick does not lead to its voucher"));
        }
        Amount held = v.cumulative().plus(v.tickValue().times(k));
        return held.isMoreThan(paid())
                ? Step.now(new PayerChannel(VERSION, terms, epoch, held, 0, 0, Optional.empty(), payments, chain))
                : Step.unchanged(this);
    }

    private Step<PayerChannel> refund(int tip) {
        if (chain.isPayable() && tip + 1 < terms.expiry()) {
            return Step.unchanged(this, new Effect.Refuse("channel " + terms.id() + " can be taken back from height "
                    + terms.expiry() + " on, the chain is at " + tip));
        }
        if (chain.state() == State.OPEN) {
            return Step.unchanged(this, new Effect.BuildRefund());
        }
        if (chain.wantsSubmission()) {
            return Step.unchanged(this, new Effect.Submit(chain.ownId().orElseThrow(), chain.own()));
        }
        return Step.unchanged(this);
    }

    private Step<PayerChannel> see(Event.Sighted seen) {
        PayerChannel next = with(chain.see(seen, terms.expiry()));
        boolean expired = seen.tip() + 1 >= terms.expiry();
        if (expired && next.chain.wantsSubmission() && seen.spend().isEmpty()) {
            return Step.now(next, new Effect.Submit(next.chain.ownId().orElseThrow(), next.chain.own()));
        }
        if (expired && next.chain.state() == State.OPEN) {
            return Step.now(next, new Effect.BuildRefund());
        }
        return next.chain.sameAs(chain) ? Step.unchanged(this) : Step.soon(next);
    }

    private PayerChannel with(OnChain next) {
        return new PayerChannel(VERSION, terms, epoch, base, length, revealed, newest, payments, next);
    }

    /** The settlement or refund that spends the channel, if there is one. */
    public Optional<Hash> spend() {
        return chain.spend();
    }
}
