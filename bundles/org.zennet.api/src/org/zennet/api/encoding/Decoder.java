package org.zennet.api.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;

/**
 * Reads the canonical encoding and refuses everything else: a length that is not in its shortest form, text that is
 * not NFC-normalised UTF-8, a count above its limit, nesting deeper than {@value #MAX_DEPTH}, bytes left over.
 * Lengths are checked against what is there before anything is allocated.
 */
public final class Decoder {
    /** How deep structures may nest. */
    public static final int MAX_DEPTH = 16;

    private final byte[] bytes;
    private int position;
    private int depth;

    /** Over all of the bytes. They are not copied and must not change meanwhile. */
    public Decoder(byte[] bytes) {
        this.bytes = bytes;
    }

    /** One byte, 0 to 255. */
    public int u8() throws EncodingException {
        need(1);
        return bytes[position++] & 0xFF;
    }

    /** Two bytes. */
    public int u16() throws EncodingException {
        return u8() << 8 | u8();
    }

    /** Four bytes, 0 to 2^32-1. */
    public long u32() throws EncodingException {
        return (long) u16() << 16 | u16();
    }

    /** Eight bytes, 0 to 2^63-1. */
    public long u63() throws EncodingException {
        long value = raw64();
        if (value < 0) {
            throw fail("a number is above 2^63-1");
        }
        return value;
    }

    /** Eight bytes, any value. */
    public long raw64() throws EncodingException {
        return u32() << 32 | u32();
    }

    /** One byte, 0 or 1. */
    public boolean bool() throws EncodingException {
        int value = u8();
        if (value > 1) {
            throw fail("a flag is neither 0 nor 1");
        }
        return value == 1;
    }

    /** A length or count in its shortest form, at most a limit. */
    public int length(int limit) throws EncodingException {
        long value = u8();
        if (value == 0xFD) {
            value = u16();
            if (value < 0xFD) {
                throw fail("a length is not in its shortest form");
            }
        } else if (value == 0xFE) {
            value = u32();
            if (value <= 0xFFFF) {
                throw fail("a length is not in its shortest form");
            }
        } else if (value == 0xFF) {
            throw fail("a length begins with 0xFF");
        }
        if (value > limit) {
            throw fail("a length of " + value + " is above its limit of " + limit);
        }
        return (int) value;
    }

    /** Bytes whose number both sides know. */
    public byte[] fixed(int count) throws EncodingException {
        need(count);
        byte[] value = Arrays.copyOfRange(bytes, position, position + count);
        position += count;
        return value;
    }

    /** A hash. */
    public Hash hash() throws EncodingException {
        return Hash.of(fixed(Hash.LENGTH));
    }

    /** A public key; not yet known to be on the curve. */
    public PublicKey publicKey() throws EncodingException {
        return PublicKey.of(fixed(PublicKey.LENGTH));
    }

    /** A signature; not yet verified. */
    public Signature signature() throws EncodingException {
        return Signature.of(fixed(Signature.LENGTH));
    }

    /** A length and that many bytes, at most a limit. */
    public byte[] bytes(int limit) throws EncodingException {
        int count = length(limit);
        return fixed(count);
    }

    /** Text of at most a number of UTF-8 bytes. */
    public String text(int limit) throws EncodingException {
        byte[] raw = bytes(limit);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
            if (!Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
                throw fail("text is not normalised");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw fail("text is not UTF-8");
        }
    }

    /** Goes one structure deeper. */
    public void enter() throws EncodingException {
        if (++depth > MAX_DEPTH) {
            throw fail("structures nest deeper than " + MAX_DEPTH);
        }
    }

    /** Comes back out of a structure. */
    public void leave() {
        depth--;
    }

    /** How many bytes are left. */
    public int remaining() {
        return bytes.length - position;
    }

    /** Refuses bytes left over. */
    public void end() throws EncodingException {
        if (remaining() != 0) {
            throw fail(remaining() + " bytes are left over");
        }
    }

    /** A refusal that names the position. */
    public EncodingException fail(String why) {
        return new EncodingException(why + " (at byte " + position + " of " + bytes.length + ")");
    }

    private void need(int count) throws EncodingException {
        if (count < 0 || count > bytes.length - position) {
            throw fail("the message is cut short");
        }
    }
}
