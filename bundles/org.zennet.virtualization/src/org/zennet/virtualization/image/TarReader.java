package org.zennet.virtualization.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A strict reader of tar archives: what another reader could understand in another way is refused. Knows the old, the
 * ustar, the GNU long-name and the pax formats.
 */
public final class TarReader {
    private static final int BLOCK = 512;
    private static final int LONGEST = 1 << 16;

    /**
     * One entry. Its bytes are the next {@code size} of the stream.
     *
     * @param type   {@code '0'} file, {@code '1'} hard link, {@code '2'} symbolic link, {@code '3'} and {@code '4'}
     *               devices, {@code '5'} directory, {@code '6'} pipe
     * @param size   bytes of its content; 0 for all but files
     * @param mode   the permission bits, with those for set-user-id, set-group-id and sticky
     * @param offset of its first byte in the archive
     * @param modified when it was last written, in seconds since 1970
     */
    public record Entry(String name, String link, char type, long size, int mode, long offset, long modified) { }

    private final InputStream in;
    private long position;
    private long left;
    private long padding;

    /** Reads a stream, which stays the caller's to close; give it a buffer. */
    public TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry; what is left of the one before is skipped. Empty at the end, which must be marked. */
    public Optional<Entry> next() throws IOException, InvalidImageException {
        skip(left + padding);
        left = 0;
        padding = 0;
        String longName = null;
        String longLink = null;
        String paxName = null;
        String paxLink = null;
        long paxSize = -1;
        while (true) {
            byte[] h = block();
            if (zero(h)) {
                if (!zero(block())) {
                    throw new InvalidImageException("the archive goes on behind its end");
                }
                return Optional.empty();
            }
            checkSum(h);
            char type = h[156] == 0 ? '0' : (char) h[156];
            long size = number(h, 124, 12);
            switch (type) {
                case 'L' -> longName = text(meta(size));
                case 'K' -> longLink = text(meta(size));
                case 'x' -> {
                    byte[] records = meta(size);
                    int at = 0;
                    while (at < records.length && records[at] != 0) {
                        int space = at;
                        while (space < records.length && records[space] != ' ') {
                            space++;
                        }
                        int length = (int) digits(new String(records, at, space - at, StandardCharsets.ISO_8859_1));
                        if (length <= space - at + 1 || length > records.length - at || records[at + length - 1] != '\n') {
                            throw new InvalidImageException("a broken pax header");
                        }
                        String r = new String(records, space + 1, at + length - space - 2, StandardCharsets.UTF_8);
                        at += length;
                        int eq = r.indexOf('=');
                        if (eq <= 0) {
                            throw new InvalidImageException("a broken pax header");
                        }
                        String value = r.substring(eq + 1);
                        switch (r.substring(0, eq)) {
                            case "path" -> paxName = value;
                            case "linkpath" -> paxLink = value;
                            case "size" -> paxSize = digits(value);
                            default -> {
                                if (r.startsWith("GNU.sparse")) {
                                    throw new InvalidImageException("a sparse file in the archive");
                                }
                            }
                        }
                    }
                }
                case '0', '1', '2', '3', '4', '5', '6' -> {
                    String prefix = new String(h, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar") && h[262] == 0
                            ? field(h, 345, 155) : "";
                    String name = paxName != null ? paxName : longName != null ? longName
                            : prefix.isEmpty() ? field(h, 0, 100) : prefix + "/" + field(h, 0, 100);
                    String link = paxLink != null ? paxLink : longLink != null ? longLink : field(h, 157, 100);
                    long bytes = paxSize >= 0 ? paxSize : size;
                    if (type != '0' && bytes != 0) {
                        throw new InvalidImageException("an entry that is no file has content: " + Names.shown(name));
                    }
                    left = bytes;
                    padding = (BLOCK - bytes % BLOCK) % BLOCK;
                    return Optional.of(new Entry(name, link, type, bytes, (int) (number(h, 100, 8) & 07777), position,
                            h[136] == (byte) 0xFF ? 0 : number(h, 136, 12)));
                }
                default -> throw new InvalidImageException("an entry of the unknown type " + (int) type);
            }
        }
    }

    /** Reads from the present entry; -1 at its end. */
    public int read(byte[] to, int at, int length) throws IOException, InvalidImageException {
        if (left == 0) {
            return -1;
        }
        int n = in.read(to, at, (int) Math.min(left, length));
        if (n < 0) {
            throw cut();
        }
        left -= n;
        position += n;
        return n;
    }

    private static InvalidImageException cut() {
        return new InvalidImageException("the archive is cut off");
    }

    private byte[] meta(long size) throws IOException, InvalidImageException {
        if (size > LONGEST) {
            throw new InvalidImageException("a name of more than " + LONGEST + " bytes");
        }
        byte[] b = in.readNBytes((int) size);
        if (b.length < size) {
            throw cut();
        }
        position += size;
        skip((BLOCK - size % BLOCK) % BLOCK);
        return b;
    }

    private void skip(long n) throws IOException, InvalidImageException {
        try {
            in.skipNBytes(n);
        } catch (java.io.EOFException e) {
            throw cut();
        }
        position += n;
    }

    private byte[] block() throws IOException, InvalidImageException {
        byte[] b = in.readNBytes(BLOCK);
        if (b.length < BLOCK) {
            throw cut();
        }
        position += BLOCK;
        return b;
    }

    private static boolean zero(byte[] b) {
        for (byte x : b) {
            if (x != 0) {
                return false;
            }
        }
        return true;
    }

    private static void checkSum(byte[] h) throws InvalidImageException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : h[i] & 0xFF;
        }
        if (sum != number(h, 148, 8)) {
            throw new InvalidImageException("not a tar archive, or a broken one");
        }
    }

    private static long number(byte[] h, int at, int length) throws InvalidImageException {
        if ((h[at] & 0x80) != 0) {
            long n = h[at] & 0x7F;
            for (int i = at + 1; i < at + length; i++) {
                if (n >> 52 != 0) {
                    throw new InvalidImageException("a number out of range in the archive");
                }
                n = n << 8 | h[i] & 0xFF;
            }
            return n;
        }
        long n = 0;
        for (char c : field(h, at, length).strip().toCharArray()) {
            if (c < '0' || c > '7' || n >> 57 != 0) {
                throw new InvalidImageException("not a number in the archive");
            }
            n = n * 8 + c - '0';
        }
        return n;
    }

    private static long digits(String s) throws InvalidImageException {
        if (!s.matches("[0-9]{1,17}")) {
            throw new InvalidImageException("not a number in a pax header");
        }
        return Long.parseLong(s);
    }

    private static String field(byte[] h, int at, int length) {
        int end = at;
        while (end < at + length && h[end] != 0) {
            end++;
        }
        return new String(h, at, end - at, StandardCharsets.UTF_8);
    }

    private static String text(byte[] b) {
        return field(b, 0, b.length);
    }
}
