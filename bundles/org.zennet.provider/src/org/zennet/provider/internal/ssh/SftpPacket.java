package org.zennet.provider.internal.ssh;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reading and writing of SFTP packets, version 3 (draft-ietf-secsh-filexfer-02). File names are bytes: they are kept as
 * ISO 8859-1 texts, so that every name comes back as it was.
 */
final class SftpPacket {
    /** The longest packet that is taken, as OpenSSH has it. */
    static final int MAX_PACKET = 256 << 10;
    private final ByteBuffer bytes;

    private SftpPacket(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /** The next packet; empty at the end of the input. */
    static Optional<SftpPacket> read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int length;
        try {
            length = data.readInt();
        } catch (EOFException e) {
            return Optional.empty();
        }
        if (length < 1 || length > MAX_PACKET) {
            throw new IOException("a packet of " + Integer.toUnsignedString(length) + " bytes");
        }
        return Optional.of(new SftpPacket(data.readNBytes(length)));
    }

    int u8() {
        return bytes.get() & 0xFF;
    }

    int u32() {
        return bytes.getInt();
    }

    long u64() {
        return bytes.getLong();
    }

    byte[] string() throws IOException {
        int n = u32();
        if (n < 0 || n > bytes.remaining()) {
            throw new IOException("a string is longer than its packet");
        }
        byte[] b = new byte[n];
        bytes.get(b);
        return b;
    }

    String text() throws IOException {
        return new String(string(), StandardCharsets.ISO_8859_1);
    }

    /** A packet that is being made. */
    static final class Out {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Out(int type) {
            body.write(type);
        }

        Out u32(int v) {
            body.write(v >>> 24);
            body.write(v >>> 16);
            body.write(v >>> 8);
            body.write(v);
            return this;
        }

        Out u64(long v) {
            return u32((int) (v >>> 32)).u32((int) v);
        }

        Out string(byte[] b) {
            return string(b, b.length);
        }

        Out string(byte[] b, int length) {
            u32(length);
            body.write(b, 0, length);
            return this;
        }

        Out text(String s) {
            return string(s.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** With its length in front. */
        byte[] packet() {
            byte[] b = body.toByteArray();
            byte[] whole = new byte[4 + b.length];
            ByteBuffer.wrap(whole).putInt(b.length).put(b);
            return whole;
        }
    }
}
