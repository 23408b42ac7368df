package org.zennet.blockchain;

import java.util.Optional;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;

/** What allows an input to spend its coin. A kind and its parts; every signature is over {@link Sighash#digest}. */
public sealed interface Witness {
    /** Spends a {@link Predicate.Key}. */
    record KeyWitness(Signature signature) implements Witness { }

    /**
     * The payee takes what it earned from a {@link Predicate.Channel}, before or after the expiry.
     *
     * @param payee            the payee's signature over the transaction
     * @param voucherSignature the payer's over {@link Voucher#digest}
     * @param cumulative       A: what the voucher promises in all
     * @param anchor           w_0 of the voucher's hash chain; all zero when there is none
     * @param tickValue        v: what each tick adds
     * @param maxTicks         n: how many ticks the chain has, at most {@link Voucher#MAX_TICKS}
     * @param tail             the newest tick, if one came after the voucher
     * @param refundOutput     the output that gives the payer its rest, or {@link #NO_REFUND} when that is below dust
     */
    record ChannelSettle(Signature payee, Signature voucherSignature, Amount cumulative, Hash anchor, Amount tickValue,
            int maxTicks, Optional<Tail> tail, int refundOutput) implements Witness {
        /** Stands for no refund output. */
        public static final int NO_REFUND = 0xFFFF;

        /** Refuses numbers without an encoding. */
        public ChannelSettle {
            u16("a number of ticks", maxTicks);
            u16("an output's index", refundOutput);
        }
    }

    /**
     * A tick.
     *
     * @param step     k, from 1
     * @param preimage w_k, which hashes to the anchor in k steps
     */
    record Tail(int step, Hash preimage) {
        /** Refuses a step without an encoding. */
        public Tail {
            u16("a step", step);
        }
    }

    /** Both ends of a {@link Predicate.Channel} agree: anything goes. */
    record ChannelBoth(Signature payer, Signature payee) implements Witness { }

    /** The payer of a {@link Predicate.Channel} takes all of it back, at or after the expiry. */
    record ChannelRefund(Signature payer) implements Witness { }

    /** The owner of a {@link Predicate.Announce} revokes or renews it. */
    record AnnounceOwner(Signature owner) implements Witness { }

    /** Writes the kind and the parts. */
    default void write(Encoder out) {
        switch (this) {
            case KeyWitness(var signature) -> out.u8(0).fixed(signature);
            case ChannelSettle s -> {
                out.u8(1).fixed(s.payee).fixed(s.voucherSignature).u63(s.cumulative.zen()).fixed(s.anchor)
                        .u63(s.tickValue.zen()).u16(s.maxTicks).bool(s.tail.isPresent());
                s.tail.ifPresent(t -> out.u16(t.step).fixed(t.preimage));
                out.u16(s.refundOutput);
            }
            case ChannelBoth(var payer, var payee) -> out.u8(2).fixed(payer).fixed(payee);
            case ChannelRefund(var payer) -> out.u8(3).fixed(payer);
            case AnnounceOwner(var owner) -> out.u8(4).fixed(owner);
        }
    }

    /** Reads what {@link #write} wrote. */
    static Witness read(Decoder in) throws EncodingException {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> new KeyWitness(in.signature());
            case 1 -> new ChannelSettle(in.signature(), in.signature(), new Amount(in.u63()), in.hash(),
                    new Amount(in.u63()), in.u16(),
                    in.bool() ? Optional.of(new Tail(in.u16(), in.hash())) : Optional.empty(), in.u16());
            case 2 -> new ChannelBoth(in.signature(), in.signature());
            case 3 -> new ChannelRefund(in.signature());
            case 4 -> new AnnounceOwner(in.signature());
            default -> throw in.fail("unknown kind of witness " + kind);
        };
    }

    private static void u16(String what, int value) {
        if (value < 0 || value > 0xFFFF) {
            throw new IllegalArgumentException(what + " lies between 0 and 65535: " + value);
        }
    }
}
