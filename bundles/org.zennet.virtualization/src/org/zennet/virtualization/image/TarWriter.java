package org.zennet.virtualization.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Writes the plainest tar: ustar, owner 0, time 0. */
public final class TarWriter {
    private TarWriter() { }

    /** The header of a file that its owner alone may not change. */
    public static byte[] header(String name, long size) {
        return header(name, size, '0', 0644);
    }

    /**
     * A header.
     *
     * @param type as {@link TarReader.Entry#type}
     * @throws IllegalArgumentException for a name that ustar can't hold: more than 100 bytes that no slash parts well
     */
    public static byte[] header(String name, long size, char type, int mode) {
        byte[] h = new byte[512];
        byte[] b = name.getBytes(StandardCharsets.UTF_8);
        int cut = 0;
        if (b.length > 100) {
            // ustar keeps a long name in two parts, cut at a slash
            cut = b.length - 101;
            while (cut < b.length && b[cut] != '/') {
                cut++;
            }
            if (cut > 155 || cut >= b.length - 1 || cut == 0) {
                throw new IllegalArgumentException("a name too long for the archive: " + Names.shown(name));
            }
            System.arraycopy(b, 0, h, 345, cut);
            cut++;
        }
        System.arraycopy(b, cut, h, 0, b.length - cut);
        put(h, 100, String.format("%07o", mode));
        put(h, 108, "0000000");
        put(h, 116, "0000000");
        if (size < 1L << 33) {
            put(h, 124, String.format("%011o", size));
        } else {
            h[124] = (byte) 0x80;
            for (int i = 0; i < 8; i++) {
                h[135 - i] = (byte) (size >> 8 * i);
            }
        }
        put(h, 136, "00000000000");
        h[156] = (byte) type;
        put(h, 257, "ustar");
        put(h, 263, "00");
        return summed(h);
    }

    /** A header with the target of a link, at most 100 bytes. */
    public static byte[] withLink(byte[] header, byte[] target) {
        System.arraycopy(target, 0, header, 157, target.length);
        return summed(header);
    }

    private static byte[] summed(byte[] h) {
        put(h, 148, "        ");
        int sum = 0;
        for (byte b : h) {
            sum += b & 0xFF;
        }
        put(h, 148, String.format("%06o\0 ", sum));
        return h;
    }

    /** What fills the last block. */
    public static byte[] padding(long size) {
        return new byte[(int) ((512 - size % 512) % 512)];
    }

    /** A whole entry. */
    public static InputStream file(String name, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header(name, content.length));
        out.writeBytes(content);
        out.writeBytes(padding(content.length));
        return new ByteArrayInputStream(out.toByteArray());
    }

    private static void put(byte[] h, int at, String s) {
        byte[] b = s.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(b, 0, h, at, b.length);
    }
}
