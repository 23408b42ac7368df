package org.zennet.blockchain;

import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;

/**
 * What a spender of an output has to show. A tag and a payload of fixed length; there is no script. Tags 1 to 3 are
 * reserved (docs/chain.md) and, like every unknown tag, refused.
 */
public sealed interface Predicate {
    /** Tag of {@link Key}. */
    int KEY = 0;
    /** Tag of {@link Channel}. */
    int CHANNEL = 4;
    /** Tag of {@link Announce}. */
    int ANNOUNCE = 5;

    /** One signature of a key: BIP340, x-only. */
    record Key(PublicKey key) implements Predicate { }

    /**
     * A one-way payment channel: the payee settles with a voucher of the payer at any time, both together do anything,
     * the payer alone takes it back from the expiry on.
     *
     * @param expiry the first height of a block that may hold the payer's refund
     */
    record Channel(PublicKey payer, PublicKey payee, int expiry) implements Predicate {
        /** Refuses an expiry below zero. */
        public Channel {
            height(expiry);
        }
    }

    /**
     * An announcement with its bond. Its payload travels beside the transaction; size and hash are here, so that the
     * rent can be checked after the payload was dropped.
     *
     * @param owner   who may revoke, renew, or take back the bond
     * @param expiry  the height after which it is gone
     * @param size    of the payload, 1 to 256 bytes
     * @param payload SHA-256 of the payload, tagged {@code announcement}
     */
    record Announce(PublicKey owner, int expiry, int size, Hash payload) implements Predicate {
        /** The most bytes of a payload. */
        public static final int MAX_PAYLOAD = 256;

        /** Refuses a size that no payload can have. */
        public Announce {
            height(expiry);
            if (size < 1 || size > MAX_PAYLOAD) {
                throw new IllegalArgumentException("an announcement's payload has 1 to 256 bytes, not " + size);
            }
        }

        /** The predicate for a payload. */
        public static Announce of(PublicKey owner, int expiry, byte[] payload) {
            return new Announce(owner, expiry, payload.length, hash(payload));
        }

        /** Whether these bytes are the payload that was announced. */
        public boolean matches(byte[] bytes) {
            return bytes.length == size && hash(bytes).equals(payload);
        }

        private static Hash hash(byte[] payload) {
            return org.zennet.api.encoding.Tag.ANNOUNCEMENT.hash(payload);
        }
    }

    /** Its tag: the first byte of its encoding. */
    default int tag() {
        return switch (this) {
            case Key _ -> KEY;
            case Channel _ -> CHANNEL;
            case Announce _ -> ANNOUNCE;
        };
    }

    /** The number of bytes of its encoding, tag included. */
    default int size() {
        return switch (this) {
            case Key _ -> 33;
            case Channel _ -> 69;
            case Announce _ -> 71;
        };
    }

    /** Writes the tag and the payload. */
    default void write(Encoder out) {
        out.u8(tag());
        switch (this) {
            case Key(var key) -> out.fixed(key);
            case Channel(var payer, var payee, var expiry) -> out.fixed(payer).fixed(payee).u32(expiry);
            case Announce(var owner, var expiry, var size, var payload) ->
                out.fixed(owner).u32(expiry).u16(size).fixed(payload);
        }
    }

    /** The canonical bytes, tag first. */
    default byte[] toBytes() {
        Encoder out = new Encoder();
        write(out);
        return out.toBytes();
    }

    /** Reads what {@link #write} wrote. */
    static Predicate read(Decoder in) throws EncodingException {
        int tag = in.u8();
        try {
            return switch (tag) {
                case KEY -> new Key(in.publicKey());
                case CHANNEL -> new Channel(in.publicKey(), in.publicKey(), (int) in.u32());
                case ANNOUNCE -> new Announce(in.publicKey(), (int) in.u32(), in.u16(), in.hash());
                default -> throw in.fail("unknown kind of predicate " + tag);
            };
        } catch (IllegalArgumentException e) {
            throw in.fail(e.getMessage());
        }
    }

    /** Reads canonical bytes. */
    static Predicate parse(byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        Predicate predicate = read(in);
        in.end();
        return predicate;
    }

    private static void height(int height) {
        if (height < 0) {
            throw new IllegalArgumentException("a height lies between 0 and 2^31-1");
        }
    }
}
