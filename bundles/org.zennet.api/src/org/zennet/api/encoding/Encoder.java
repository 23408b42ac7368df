package org.zennet.api.encoding;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.zennet.api.value.FixedBytes;

/**
 * Writes the canonical encoding: big-endian integers, lengths in their shortest form, text as NFC-normalised UTF-8.
 * One instance makes one message; not for use by several threads at once.
 */
public final class Encoder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    /** One byte, 0 to 255. */
    public Encoder u8(int value) {
        require(value, 0xFF);
        out.write(value);
        return this;
    }

    /** Two bytes, 0 to 65,535. */
    public Encoder u16(int value) {
        require(value, 0xFFFF);
        out.write(value >>> 8);
        out.write(value);
        return this;
    }

    /** Four bytes, 0 to 2^32-1. */
    public Encoder u32(long value) {
        require(value, 0xFFFF_FFFFL);
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    /** Eight bytes, 0 to 2^63-1. */
    public Encoder u63(long value) {
        require(value, Long.MAX_VALUE);
        return raw64(value);
    }

    /** Eight bytes, any value. */
    public Encoder raw64(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    /** One byte, 0 or 1. */
    public Encoder bool(boolean value) {
        out.write(value ? 1 : 0);
        return this;
    }

    /** A length or count in its shortest form: one byte below 0xFD, else 0xFD and two bytes, else 0xFE and four. */
    public Encoder length(int value) {
        require(value, Integer.MAX_VALUE);
        if (value < 0xFD) {
            return u8(value);
        }
        return value <= 0xFFFF ? u8(0xFD).u16(value) : u8(0xFE).u32(value);
    }

    /** Bytes whose number both sides know. */
    public Encoder fixed(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** A hash, key or signature. */
    public Encoder fixed(FixedBytes value) {
        out.writeBytes(value.toBytes());
        return this;
    }

    /** A length and that many bytes, at most a limit. */
    public Encoder bytes(byte[] bytes, int limit) {
        require(bytes.length, limit);
        return length(bytes.length).fixed(bytes);
    }

    /** Text of at most a number of UTF-8 bytes, normalised to NFC. */
    public Encoder text(String text, int limit) {
        return bytes(Normalizer.normalize(text, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8), limit);
    }

    /** What was written so far. */
    public byte[] toBytes() {
        return out.toByteArray();
    }

    private static void require(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " does not lie between 0 and " + max);
        }
    }
}
