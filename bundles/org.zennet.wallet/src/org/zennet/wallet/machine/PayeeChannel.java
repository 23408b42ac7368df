package org.zennet.wallet.machine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Ticks;
import org.zennet.blockchain.Voucher;
import org.zennet.blockchain.Witness;
import org.zennet.services.wallet.ChannelService.Payment;
import org.zennet.services.wallet.ChannelService.State;

/**
 * The payee's end of a channel. Keeps the newest (A, k, w_k, voucher): since vouchers are cumulative, that is always its
 * best. Everything that consensus checks at settlement is checked when a payment comes in, so that a payment that was
 * taken can be settled.
 *
 * @param version  of this record
 * @param settleAt the height from which it settles by itself, in good time before the expiry
 * @param funding  the funding transaction, to be submitted again when the chain lost it
 * @param voucher  the newest voucher
 * @param step     k of the newest tick of its chain, 0 when there is none
 * @param preimage w_k; the anchor while k is 0
 * @param payments how many payment messages were taken
 */
@Message(Tag.CHANNEL_STATE)
public record PayeeChannel(int version, ChannelTerms terms, int settleAt, @Limit(100_000) byte[] funding,
        Optional<SignedVoucher> voucher, int step, Hash preimage, long payments, OnChain chain) {
    /** The version of the stored state. */
    public static final int VERSION = 1;
    private static final Signature NO_SIGNATURE = Signature.of(new byte[Signature.LENGTH]);
    /** Blocks before the expiry at which to settle, at most: two hours on the main network. */
    private static final int MOST_MARGIN = 120;
    private static final int LEAST_MARGIN = 6;

    /** Refuses a state of another version. */
    public PayeeChannel {
        if (version != VERSION) {
            throw new IllegalArgumentException("unknown version of a channel's state: " + version);
        }
    }

    /** Whether a BIP340 signature is a key's. */
    public interface Verifier {
        /** Whether this signature over this digest is of this key. */
        boolean verify(PublicKey key, Hash digest, Signature signature);
    }

    /** A channel whose funding was checked, at a height: it settles after three quarters of its time, or 120 blocks early. */
    public static PayeeChannel accept(ChannelTerms terms, byte[] funding, int tip) {
        int margin = Math.clamp((terms.expiry() - tip) / 4, LEAST_MARGIN, MOST_MARGIN);
        return new PayeeChannel(VERSION, terms, terms.expiry() - margin, funding.clone(), Optional.empty(), 0,
                Voucher.NO_ANCHOR, 0, OnChain.unseen());
    }

    /** T: what it can settle for. */
    public Amount paid() {
        return voucher.map(v -> v.cumulative().plus(v.tickValue().times(step))).orElse(Amount.ZERO);
    }

    /** The newest payment that was taken, whole; empty before the first. */
    public Optional<Payment> newest() {
        return voucher.map(v -> new Payment(terms.id().txid(), terms.id().index(), Records.encode(v), step,
                step == 0 ? new byte[0] : preimage.toBytes()));
    }

    /** What follows from an event. */
    public Step<PayeeChannel> on(Event event, Verifier verifier) {
        return switch (event) {
            case Event.Received(Payment payment) -> receive(payment, verifier);
            case Event.SettleWanted _ -> settle(Step.unchanged(this));
            case Event.Sighted seen -> see(seen);
            case Event.Built built when chain.isPayable() -> paid().isMoreThan(built.total())
                    ? settle(Step.unchanged(this))
                    : Step.now(with(chain.with(built)), new Effect.Submit(built.txid(), built.transaction()));
            case Event.Built _ -> Step.unchanged(this);
            case Event.NotTaken not -> Step.soon(with(chain.with(not)));
            case Event.Owed _, Event.Synced _, Event.RefundWanted _ ->
                Step.unchanged(this, new Effect.Refuse("this process is paid on channel " + terms.id() + ", it does not pay"));
        };
    }

    private Step<PayeeChannel> receive(Payment payment, Verifier verifier) {
        if (!payment.outPoint().equals(terms.id())) {
            return refuse("the payment is for channel " + payment.outPoint());
        }
        if (!chain.isPayable()) {
            return refuse("it is closed (" + chain.state() + ")");
        }
        Optional<SignedVoucher> newest = voucher;
        boolean fresh = payment.voucher().length > 0
                && !voucher.map(v -> Arrays.equals(Records.encode(v), payment.voucher())).orElse(false);
        if (fresh) {
            try {
                newest = Optional.of(Records.decode(SignedVoucher.class, payment.voucher()));
            } catch (EncodingException e) {
                return refuse("the voucher is malformed: " + e.getMessage());
            }
            Optional<String> wrong = wrongWith(newest.get(), verifier);
            if (wrong.isPresent()) {
                return refuse(wrong.get());
            }
        }
        if (newest.isEmpty()) {
            return refuse("a tick came before any voucher");
        }
        SignedVoucher v = newest.get();
        int from = fresh ? 0 : step;
        Hash known = fresh ? v.anchor() : preimage;
        int k = payment.step();
        if (k == 0 && payment.preimage().length == 0) {
            if (payment.voucher().length == 0) {
                return refuse("the payment is empty");
            }
            return take(v, 0, v.anchor());
        }
        if (k < 1 || k > v.maxTicks()) {
            return refuse("step " + k + " lies outside of the voucher's " + v.maxTicks() + " ticks");
        }
        if (payment.preimage().length != Hash.LENGTH) {
            return refuse("the tick has no preimage");
        }
        if (v.tickValue().zen() > (terms.capacity().zen() - v.cumulative().zen()) / k) {
            return refuse("step " + k + " pays more than the capacity of " + terms.capacity());
        }
        if (k < from) {
            return refuse("it goes backwards: step " + k + " after step " + from);
        }
        Hash w = Hash.of(payment.preimage());
        if (!new Ticks(terms.genesis(), terms.id()).back(k, w, from).equals(known)) {
            return refuse("the preimage of step " + k + " does not lead to step " + from);
        }
        return take(v, k, w);
    }

    private Optional<String> wrongWith(SignedVoucher v, Verifier verifier) {
        if (v.cumulative().isMoreThan(terms.capacity())) {
            return Optional.of("the voucher over " + v.cumulative() + " is above the capacity of " + terms.capacity());
        }
        if (v.maxTicks() > Voucher.MAX_TICKS) {
            return Optional.of("the voucher has " + v.maxTicks() + " ticks, at most " + Voucher.MAX_TICKS + " are valid");
        }
        if (v.maxTicks() > 0 && v.tickValue().isZero()) {
            return Optional.of("the voucher's ticks are worth nothing");
        }
        if (!verifier.verify(terms.payer(), v.on(terms).digest(), v.signature())) {
            return Optional.of("the voucher's signature is not the payer's for this channel and network");
        }
        return Optional.empty();
    }

    private Step<PayeeChannel> take(SignedVoucher v, int k, Hash w) {
        boolean same = voucher.isPresent() && voucher.get().equals(v);
        PayeeChannel next = new PayeeChannel(VERSION, terms, settleAt, funding, Optional.of(v), k, w, payments + 1, chain);
        if (paid().isMoreThan(next.paid())) {
            return refuse("it goes backwards: " + next.paid() + " after " + paid());
        }
        if (same && k == step) {
            return Step.unchanged(this);
        }
        return same ? Step.soon(next) : Step.now(next);
    }

    private Step<PayeeChannel> refuse(String why) {
        return Step.unchanged(this, new Effect.Refuse("payment on channel " + terms.id() + " refused: " + why));
    }

    private Step<PayeeChannel> see(Event.Sighted seen) {
        PayeeChannel next = with(chain.see(seen, terms.expiry()));
        Step<PayeeChannel> step = next.chain.sameAs(chain) ? Step.unchanged(this) : Step.soon(next);
        if (seen.spend().isPresent() || next.chain.state() == State.FAILED) {
            return step;
        }
        if (seen.fundingDepth() < 0) {
            return Step.soon(next, new Effect.Submit(terms.id().txid(), funding));
        }
        return next.chain.own().length > 0 || seen.tip() >= settleAt ? next.settle(step) : step;
    }

    private Step<PayeeChannel> settle(Step<PayeeChannel> unlessNeeded) {
        if (chain.wantsSubmission()) {
            return new Step<>(this, unlessNeeded.durability(),
                    List.of(new Effect.Submit(chain.ownId().orElseThrow(), chain.own())));
        }
        if (!chain.isPayable() || voucher.isEmpty() || paid().isZero()) {
            return unlessNeeded;
        }
        SignedVoucher v = voucher.get();
        Optional<Witness.Tail> tail = step == 0 ? Optional.empty() : Optional.of(new Witness.Tail(step, preimage));
        Effect build = new Effect.BuildSettlement(paid(), new Witness.ChannelSettle(NO_SIGNATURE, v.signature(),
                v.cumulative(), v.anchor(), v.tickValue(), v.maxTicks(), tail, Witness.ChannelSettle.NO_REFUND));
        return Step.now(this, build);
    }

    private PayeeChannel with(OnChain next) {
        return new PayeeChannel(VERSION, terms, settleAt, funding, voucher, step, preimage, payments, next);
    }
}
