package org.zennet.blockchain;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * The hash chain of a channel's ticks (PayWord, Rivest and Shamir 1996), bound to the channel and to each position:
 * {@code w_(k-1) = SHA-256(c || u32 k || w_k)}, where c is the first 8 bytes of the hash tagged {@code tick} of
 * {@code genesis || txid || u16 index}. The anchor w_0 is in the voucher; revealing w_k pays for k ticks. The 44 bytes
 * hashed fit one block of SHA-256; a tagged hash would need three.
 */
public final class Ticks {
    private static final int TAG_LENGTH = 8;
    private final byte[] channelTag;

    /** The chains of one channel. */
    public Ticks(Hash genesis, OutPoint channel) {
        byte[] binding = new Encoder().fixed(genesis).fixed(channel.txid()).u16(channel.index()).toBytes();
        this.channelTag = Arrays.copyOf(Tag.TICK.hash(binding).toBytes(), TAG_LENGTH);
    }

    /**
     * Goes from w_from to w_to.
     *
     * @param to at most {@code from}, at least 0
     */
    public Hash back(int from, Hash value, int to) {
        if (to < 0 || to > from) {
            throw new IllegalArgumentException("no way from step " + from + " back to step " + to);
        }
        byte[] buffer = new byte[TAG_LENGTH + Integer.BYTES + Hash.LENGTH];
        System.arraycopy(channelTag, 0, buffer, 0, TAG_LENGTH);
        System.arraycopy(value.toBytes(), 0, buffer, TAG_LENGTH + Integer.BYTES, Hash.LENGTH);
        MessageDigest sha256 = Hashes.sha256();
        for (int k = from; k > to; k--) {
            hashOnce(sha256, buffer, k);
        }
        return Hash.of(Arrays.copyOfRange(buffer, TAG_LENGTH + Integer.BYTES, buffer.length));
    }

    /** The anchor w_0 that a tick leads to. */
    public Hash anchor(int step, Hash value) {
        return back(step, value, 0);
    }

    /** The whole chain from its secret end w_n: element k is w_k. */
    public Hash[] chain(Hash secret, int n) {
        Hash[] chain = new Hash[n + 1];
        chain[n] = secret;
        for (int k = n; k > 0; k--) {
            chain[k - 1] = back(k, chain[k], k - 1);
        }
        return chain;
    }

    private static void hashOnce(MessageDigest sha256, byte[] buffer, int k) {
        buffer[TAG_LENGTH] = (byte) (k >>> 24);
        buffer[TAG_LENGTH + 1] = (byte) (k >>> 16);
        buffer[TAG_LENGTH + 2] = (byte) (k >>> 8);
        buffer[TAG_LENGTH + 3] = (byte) k;
        sha256.update(buffer);
        try {
            sha256.digest(buffer, TAG_LENGTH + Integer.BYTES, Hash.LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }
}
