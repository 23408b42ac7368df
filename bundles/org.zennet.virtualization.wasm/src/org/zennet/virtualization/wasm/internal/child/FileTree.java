package org.zennet.virtualization.wasm.internal.child;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.zennet.api.container.FileArchive;

/**
 * The files of one task, in memory, up to a quota. Everything in it is a function of what the task brought and did:
 * inode numbers, order and times too. A file counts as its size up to the next {@value #BLOCK} bytes, each name as
 * {@value #NAME}.
 */
final class FileTree {
    /** What the sizes of files are rounded up to where they count. */
    static final int BLOCK = 4096;
    /** What a file or directory counts besides. */
    static final int NAME = 512;
    /** The most bytes of one part of a path, in UTF-8. */
    static final int MAX_NAME = 255;
    /** The most bytes of a path. */
    static final int MAX_PATH = 4096;
    private static final int MAX_DEPTH = 64;

    /** A file or directory. */
    abstract static sealed class Node permits Directory, Plain {
        /** Its number. */
        final long inode;
        /** When it was last read, changed, and its status changed, in nanoseconds. */
        long accessed;
        long modified;

        private Node(long inode, long now) {
            this.inode = inode;
            this.accessed = now;
            this.modified = now;
        }
    }

    /** A directory. Its entries keep their order and their numbers while others come and go. */
    static final class Directory extends Node {
        private final Map<String, Long> numbers = new HashMap<>();
        private final TreeMap<Long, Entry> entries = new TreeMap<>();
        private long last = 2;
        private Directory parent;

        private Directory(long inode, long now, Directory parent) {
            super(inode, now);
            this.parent = parent == null ? this : parent;
        }

        /** What has a name; null where nothing has. */
        Node get(String name) {
            Long number = numbers.get(name);
            return number == null ? null : entries.get(number).node();
        }

        /** The first entry behind one of that number; null at the end. Numbers begin with 3. */
        Map.Entry<Long, Entry> after(long number) {
            return entries.higherEntry(number);
        }

        Directory parent() {
            return parent;
        }

        private void put(String name, Node node) {
            Long number = numbers.get(name);
            if (number == null) {
                number = ++last;
                numbers.put(name, number);
            }
            entries.put(number, new Entry(name, node));
            if (node instanceof Directory d) {
                d.parent = this;
            }
        }

        private void remove(String name) {
            entries.remove(numbers.remove(name));
        }
    }

    /** A name in a directory. */
    record Entry(String name, Node node) { }

    /** A file. It lives as long as a name or a descriptor leads to it. */
    static final class Plain extends Node {
        private final boolean executable;
        private byte[][] blocks = new byte[0][];
        private long size;
        private boolean named = true;
        private int opened;

        private Plain(long inode, long now, boolean executable) {
            super(inode, now);
            this.executable = executable;
        }

        long size() {
            return size;
        }

        /** Reads up to so many bytes from a place; fewer at the end only. */
        int read(long from, byte[] to, int at, int length) {
            int n = (int) Math.max(0, Math.min(length, size - from));
            int done = 0;
            while (done < n) {
                int block = (int) ((from + done) / BLOCK);
                int offset = (int) ((from + done) % BLOCK);
                int part = Math.min(n - done, BLOCK - offset);
                if (blocks[block] != null) {
                    System.arraycopy(blocks[block], offset, to, at + done, part);
                } else {
                    Arrays.fill(to, at + done, at + done + part, (byte) 0);
                }
                done += part;
            }
            return n;
        }

        private void put(long from, byte[] bytes, int at, int length) {
            int done = 0;
            while (done < length) {
                int block = (int) ((from + done) / BLOCK);
                int offset = (int) ((from + done) % BLOCK);
                int part = Math.min(length - done, BLOCK - offset);
                if (blocks[block] == null) {
                    blocks[block] = new byte[BLOCK];
                }
                System.arraycopy(bytes, at + done, blocks[block], offset, part);
                done += part;
            }
        }
    }

    private final long quota;
    private final LongSupplier clock;
    private final Directory root;
    private long used;
    private long inodes;

    /** An empty tree. {@code quota} is in bytes; {@code clock} gives the time of the task in nanoseconds. */
    FileTree(long quota, LongSupplier clock) {
        this.quota = quota;
        this.clock = clock;
        this.root = new Directory(++inodes, clock.getAsLong(), null);
    }

    Directory root() {
        return root;
    }

    /** What is used of the quota, in bytes. */
    long used() {
        return used;
    }

    private void charge(long bytes) throws Errno.Failure {
        if (bytes > quota - used) {
            throw new Errno.Failure(Errno.NOSPC);
        }
        used += bytes;
    }

    private static int depth(Directory d) {
        int depth = 0;
        for (Directory above = d; above.parent != above; above = above.parent) {
            depth++;
        }
        return depth;
    }

    /** How many directories lie below one another here; the depth of the tree bounds the recursion. */
    private static int height(Directory d) {
        int height = 0;
        for (Entry e : d.entries.values()) {
            height = e.node() instanceof Directory below ? Math.max(height, height(below)) : height;
        }
        return height + 1;
    }

    private static long rounded(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** Makes an empty file under a name that is free. */
    Plain create(Directory in, String name, boolean executable) throws Errno.Failure {
        charge(NAME);
        Plain file = new Plain(++inodes, clock.getAsLong(), executable);
        in.put(name, file);
        in.modified = clock.getAsLong();
        return file;
    }

    /** Makes a directory under a name that is free. */
    Directory createDirectory(Directory in, String name) throws Errno.Failure {
        if (depth(in) >= MAX_DEPTH) {
            throw new Errno.Failure(Errno.NAMETOOLONG);
        }
        charge(NAME);
        Directory made = new Directory(++inodes, clock.getAsLong(), in);
        in.put(name, made);
        in.modified = clock.getAsLong();
        return made;
    }

    /** Takes the name of a file away, or that of an empty directory. */
    void remove(Directory in, String name) throws Errno.Failure {
        Node node = in.get(name);
        if (node instanceof Directory d && !d.entries.isEmpty()) {
            throw new Errno.Failure(Errno.NOTEMPTY);
        }
        in.remove(name);
        in.modified = clock.getAsLong();
        if (node instanceof Plain f) {
            f.named = false;
            free(f);
        } else {
            used -= NAME;
        }
    }

    private void free(Plain f) {
        if (!f.named && f.opened == 0) {
            used -= NAME + rounded(f.size);
            f.blocks = new byte[0][];
            f.size = 0;
        }
    }

    /** Gives another name, in place of what has that name. */
    void rename(Directory from, String name, Directory to, String other) throws Errno.Failure {
        Node node = from.get(name);
        Node there = to.get(other);
        if (there == node) {
            return;
        }
        if (node instanceof Directory d) {
            for (Directory above = to; ; above = above.parent) {
                if (above == d) {
                    throw new Errno.Failure(Errno.INVAL);
                }
                if (above.parent == above) {
                    break;
                }
            }
            if (there instanceof Plain) {
                throw new Errno.Failure(Errno.NOTDIR);
            }
            if (depth(to) + height(d) > MAX_DEPTH) {
                throw new Errno.Failure(Errno.NAMETOOLONG);
            }
        } else if (there instanceof Directory) {
            throw new Errno.Failure(Errno.ISDIR);
        }
        if (there != null) {
            remove(to, other);
        }
        from.remove(name);
        to.put(other, node);
        from.modified = clock.getAsLong();
        to.modified = from.modified;
    }

    /** A descriptor leads to a file. */
    void opened(Plain file) {
        file.opened++;
    }

    /** One less does. */
    void closed(Plain file) {
        file.opened--;
        free(file);
    }

    /** Makes a file shorter, or longer by zeros. */
    void resize(Plain file, long size) throws Errno.Failure {
        if (size > quota) {
            throw new Errno.Failure(size > Integer.MAX_VALUE ? Errno.FBIG : Errno.NOSPC);
        }
        charge(rounded(size) - rounded(file.size));
        int blocks = (int) (rounded(size) / BLOCK);
        if (blocks > file.blocks.length) {
            file.blocks = Arrays.copyOf(file.blocks, Math.max(blocks, Math.min(2 * file.blocks.length,
                    (int) (quota / BLOCK) + 1)));
        } else if (size < file.size) {
            Arrays.fill(file.blocks, blocks, file.blocks.length, null);
            int rest = (int) (size % BLOCK);
            if (rest > 0 && file.blocks[blocks - 1] != null) {
                Arrays.fill(file.blocks[blocks - 1], rest, BLOCK, (byte) 0);
            }
        }
        file.size = size;
        file.modified = clock.getAsLong();
    }

    /** Writes bytes to a place, which may lie behind the end. */
    void write(Plain file, long from, byte[] bytes, int length) throws Errno.Failure {
        if (length == 0) {
            return;
        }
        if (from + length > file.size) {
            resize(file, from + length);
        }
        file.put(from, bytes, 0, length);
        file.modified = clock.getAsLong();
    }

    // archives

    /**
     * Adds what is in an archive.
     *
     * @throws IOException with one line, when it is no such archive or larger than the quota
     */
    void add(InputStream archive) throws IOException {
        FileArchive.read(archive, (entry, content) -> {
            try {
                String[] parts = entry.name().split("/");
                Directory in = root;
                for (int i = 0; i < parts.length - (entry.directory() ? 0 : 1); i++) {
                    Node node = in.get(parts[i]);
                    in = node instanceof Directory d ? d : createDirectory(in, parts[i]);
                }
                if (!entry.directory()) {
                    fill(create(in, parts[parts.length - 1], entry.executable()), content);
                }
            } catch (Errno.Failure e) {
                throw new IOException(e.errno == Errno.NOSPC ? "the files of the task take more than " + quota + " bytes"
                        : "'" + entry.name() + "' lies deeper than " + MAX_DEPTH + " directories");
            }
        });
    }

    private void fill(Plain file, InputStream content) throws IOException, Errno.Failure {
        byte[] piece = new byte[BLOCK];
        int n = content.readNBytes(piece, 0, BLOCK);
        while (n > 0) {
            write(file, file.size, piece, n);
            n = content.readNBytes(piece, 0, BLOCK);
        }
    }

    /**
     * Writes what lies under some names as an archive, in the order of names; what is not there is left out. Nothing at
     * all is written where nothing is there.
     *
     * @param most the most bytes of content
     * @throws Wasi.OutputLimitException when there is more
     * @throws IOException by the stream, or when a name does not fit into an archive
     */
    void write(List<String> names, long most, OutputStream out) throws IOException {
        TreeMap<String, Node> all = new TreeMap<>();
        for (String name : names) {
            Node node = root;
            for (String part : name.split("/")) {
                node = node instanceof Directory d ? d.get(part) : null;
            }
            gather(name, node, all);
        }
        if (all.isEmpty()) {
            return;
        }
        long bytes = all.values().stream().mapToLong(n -> n instanceof Plain f ? f.size : 0).sum();
        if (bytes > most || all.size() > FileArchive.MAX_ENTRIES) {
            throw new Wasi.OutputLimitException();
        }
        FileArchive.Writer writer = new FileArchive.Writer(out);
        for (Map.Entry<String, Node> e : all.entrySet()) {
            switch (e.getValue()) {
                case Directory d -> writer.directory(e.getKey());
                case Plain f -> writer.file(e.getKey(), f.executable, f.size, new Content(f));
            }
        }
        writer.close();
    }

    private static void gather(String name, Node node, TreeMap<String, Node> all) {
        if (node != null && all.putIfAbsent(name, node) == null && node instanceof Directory d) {
            for (Entry e : d.entries.values()) {
                gather(name + "/" + e.name(), e.node(), all);
            }
        }
    }

    /** A file's bytes as a stream. */
    private static final class Content extends InputStream {
        private final Plain file;
        private long at;

        Content(Plain file) {
            this.file = file;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (at >= file.size) {
                return length == 0 ? 0 : -1;
            }
            int n = file.read(at, to, offset, length);
            at += n;
            return n;
        }
    }

    /** The parts of a path below a directory; refuses what is no text, too long or absolute. */
    static String[] parts(byte[] path) throws Errno.Failure {
        if (path.length > MAX_PATH) {
            throw new Errno.Failure(Errno.NAMETOOLONG);
        }
        if (path.length == 0) {
            throw new Errno.Failure(Errno.NOENT);
        }
        String s = new String(path, StandardCharsets.UTF_8);
        if (!Arrays.equals(s.getBytes(StandardCharsets.UTF_8), path) || s.indexOf('\0') >= 0) {
            throw new Errno.Failure(Errno.ILSEQ);
        }
        if (s.startsWith("/")) {
            throw new Errno.Failure(Errno.NOTCAPABLE);
        }
        String[] parts = s.split("/");
        for (String p : parts) {
            if (p.length() > MAX_NAME || p.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
                throw new Errno.Failure(Errno.NAMETOOLONG);
            }
        }
        return parts;
    }

    /** The files of a tree as bytes, for tests and small trees. */
    byte[] archive(List<String> names) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(names, Long.MAX_VALUE, out);
        return out.toByteArray();
    }

    /** Adds an archive that is here as a whole. */
    void add(byte[] archive) throws IOException {
        add(new ByteArrayInputStream(archive));
    }
}
