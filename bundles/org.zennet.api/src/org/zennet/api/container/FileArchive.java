package org.zennet.api.container;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The archives of {@link TaskSpec#files} and {@link Outcome#files}: ustar (POSIX.1-1988) with plain files and
 * directories under relative names, nothing else. What is written has mode 0644 or 0755, owner, group and time 0, so
 * that the same files give the same bytes: those that GNU tar gives with {@code --format=ustar} and block size 512. What is read is checked entry by entry before a visitor sees it: right
 * checksums, no links, devices or extensions, no name that leads out or clashes, bounded in number. Both stream: no more
 * than a block is held here.
 */
public final class FileArchive {
    /** The most entries. */
    public static final int MAX_ENTRIES = 100_000;
    /** What entries are aligned to, and the size of a header. */
    public static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int PREFIX = 155;
    private static final int MAX_PADDING = 64;

    private FileArchive() { }

    /** A file or directory in an archive; a directory has no bytes and is never executable. */
    public record Entry(String name, boolean directory, boolean executable, long size) { }

    /** Is shown entries in the order of the archive. */
    public interface Visitor {
        /** One entry; what is not read of its content is skipped, and the stream is of no use afterwards. */
        void entry(Entry entry, InputStream content) throws IOException;
    }

    /** Writes an archive. For one thread; closing writes the end mark and leaves the stream open. */
    public static final class Writer implements AutoCloseable {
        private final OutputStream out;

        /** Over a stream, which should be buffered. */
        public Writer(OutputStream out) {
            this.out = out;
        }

        /** A directory. */
        public void directory(String name) throws IOException {
            out.write(header(name + "/", '5', 0755, 0));
        }

        /**
         * A file with exactly so many bytes.
         *
         * @throws IOException when the content has fewer, or the name does not fit into the format
         */
        public void file(String name, boolean executable, long size, InputStream content) throws IOException {
            out.write(header(name, '0', executable ? 0755 : 0644, size));
            byte[] buffer = new byte[1 << 16];
            long left = size;
            while (left > 0) {
                int n = content.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException("'" + name + "' became shorter while it was read");
                }
                out.write(buffer, 0, n);
                left -= n;
            }
            out.write(new byte[padding(size)]);
        }

        @Override
        public void close() throws IOException {
            out.write(new byte[2 * BLOCK]);
        }
    }

    /** How many bytes follow an entry of a size up to the next block. */
    public static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    private static byte[] header(String name, char type, int mode, long size) throws IOException {
        String plain = type == '5' ? name.substring(0, name.length() - 1) : name;
        if (!TaskSpec.relative(plain)) {
            throw new IOException("'" + shown(plain) + "' is no name for a file in an archive");
        }
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        int split = path.length <= NAME ? 0 : split(path);
        if (split < 0) {
            throw new IOException("the name '" + shown(plain) + "' is too long for an archive");
        }
        byte[] h = new byte[BLOCK];
        if (split == 0) {
            System.arraycopy(path, 0, h, 0, path.length);
        } else {
            System.arraycopy(path, split + 1, h, 0, path.length - split - 1);
            System.arraycopy(path, 0, h, 345, split);
        }
        put(h, 100, octal(mode, 7));
        put(h, 108, octal(0, 7));
        put(h, 116, octal(0, 7));
        if (size < 0 || size >= 1L << 33) {
            throw new IOException("'" + shown(plain) + "' is too large for an archive");
        }
        put(h, 124, octal(size, 11));
        put(h, 136, octal(0, 11));
        h[156] = (byte) type;
        put(h, 257, "ustar");
        put(h, 263, "00");
        put(h, 329, octal(0, 7));
        put(h, 337, octal(0, 7));
        put(h, 148, octal(sum(h), 6) + "\0 ");
        return h;
    }

    /** The last slash with at most 100 bytes behind it and at most 155 before, or -1. */
    private static int split(byte[] path) {
        for (int i = Math.min(PREFIX, path.length - 2); i > 0 && path.length - i - 1 <= NAME; i--) {
            if (path[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    private static String octal(long value, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "o", value);
    }

    private static void put(byte[] h, int at, String text) {
        byte[] b = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(b, 0, h, at, b.length);
    }

    private static long sum(byte[] h) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : h[i] & 0xFF;
        }
        return sum;
    }

    /**
     * Reads an archive to the end of the stream.
     *
     * @throws IOException with one line that names the entry, when it is not such an archive, or by the visitor
     */
    public static void read(InputStream in, Visitor visitor) throws IOException {
        Names names = new Names();
        int count = 0;
        byte[] h = block(in);
        while (!blank(h)) {
            Entry e = entry(h);
            if (++count > MAX_ENTRIES) {
                throw new IOException("the archive has more than " + MAX_ENTRIES + " entries");
            }
            names.add(e);
            Content content = new Content(in, e);
            visitor.entry(e, content);
            content.skipRest();
            if (in.readNBytes(padding(e.size())).length < padding(e.size())) {
                throw cut();
            }
            h = block(in);
        }
        if (!blank(block(in))) {
            throw new IOException("the archive goes on behind its end");
        }
        for (int i = 0; i < MAX_PADDING; i++) {
            byte[] rest = in.readNBytes(BLOCK);
            if (rest.length == 0) {
                return;
            }
            if (!blank(Arrays.copyOf(rest, BLOCK))) {
                break;
            }
        }
        throw new IOException("the archive goes on behind its end");
    }

    private static Entry entry(byte[] h) throws IOException {
        if (!new String(h, 257, 5, StandardCharsets.US_ASCII).equals("ustar") || number(h, 148, 8, "?") != sum(h)) {
            throw new IOException("where an entry begins there is no ustar header, or a damaged one");
        }
        String prefix = text(h, 345, PREFIX);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(h, 0, NAME);
        char type = h[156] == 0 ? '0' : (char) h[156];
        long size = number(h, 124, 12, name);
        if (type != '0' && type != '5') {
            throw new IOException("'" + shown(name) + "' is neither a file nor a directory (type '" + shown("" + type) + "')");
        }
        boolean directory = type == '5';
        if (directory && name.endsWith("/")) {
            name = name.substring(0, name.length() - 1);
        }
        if (!TaskSpec.relative(name)) {
            throw new IOException("'" + shown(name) + "' is no safe name for a file");
        }
        if (directory && size != 0) {
            throw new IOException("the directory '" + shown(name) + "' has content");
        }
        return new Entry(name, directory, !directory && (number(h, 100, 8, name) & 0100) != 0, size);
    }

    private static byte[] block(InputStream in) throws IOException {
        byte[] b = in.readNBytes(BLOCK);
        if (b.length < BLOCK) {
            throw cut();
        }
        return b;
    }

    private static IOException cut() {
        return new EOFException("the archive is cut short");
    }

    private static boolean blank(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static long number(byte[] h, int at, int length, String name) throws IOException {
        String digits = new String(h, at, length, StandardCharsets.US_ASCII).replaceAll("[\\x00 ]+$", "").strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw new IOException("the header of '" + shown(name) + "' has a malformed number");
        }
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] h, int at, int length) throws IOException {
        int end = at;
        while (end < at + length && h[end] != 0) {
            end++;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(h, at, end - at)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a name in the archive is not UTF-8", e);
        }
    }

    private static String shown(String name) {
        String s = name.replaceAll("\\p{Cntrl}", "?");
        return s.length() > 100 ? s.substring(0, 100) + "..." : s;
    }

    /** No name twice, no file above another entry. */
    private static final class Names {
        private final Set<String> files = new HashSet<>();
        private final Set<String> directories = new HashSet<>();
        private final Set<String> named = new HashSet<>();

        void add(Entry e) throws IOException {
            boolean clash = !named.add(e.name()) || (e.directory() ? files : directories).contains(e.name());
            for (int i = e.name().lastIndexOf('/'); i > 0 && !clash; i = e.name().lastIndexOf('/', i - 1)) {
                String above = e.name().substring(0, i);
                clash = files.contains(above);
                directories.add(above);
            }
            (e.directory() ? directories : files).add(e.name());
            if (clash) {
                throw new IOException("'" + shown(e.name()) + "' clashes with another entry");
            }
        }
    }

    /** The bytes of one entry. */
    private static final class Content extends InputStream {
        private final InputStream in;
        private long left;

        Content(InputStream in, Entry entry) {
            this.in = in;
            this.left = entry.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            if (length == 0) {
                return 0;
            }
            int n = in.read(to, at, (int) Math.min(left, length));
            if (n < 0) {
                throw cut();
            }
            left -= n;
            return n;
        }

        void skipRest() throws IOException {
            while (left > 0) {
                long n = skip(left);
                if (n <= 0 && read() < 0) {
                    throw cut();
                }
            }
        }

        @Override
        public long skip(long n) throws IOException {
            byte[] sink = new byte[(int) Math.min(n, 1 << 16)];
            int got = read(sink, 0, sink.length);
            return Math.max(got, 0);
        }
    }
}
