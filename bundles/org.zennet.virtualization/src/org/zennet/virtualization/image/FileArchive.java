package org.zennet.virtualization.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.zennet.api.container.TaskSpec;

/**
 * The files that go into a task and come out of it: an archive of plain files and directories with relative names, see
 * {@link TaskSpec#files} and {@link org.zennet.api.container.Outcome#files}. Built anew in one canonical form, so that
 * the same files give the same bytes. Not thread-safe.
 */
public final class FileArchive {
    private static final int MAX_ENTRIES = 100_000;

    /** A file or, without content, a directory. */
    private record Item(Optional<byte[]> content, boolean executable) { }

    /** What was read was too much for the receiver. */
    public static final class TooLargeException extends Exception {
        private static final long serialVersionUID = 1L;

        TooLargeException(String message) {
            super(message);
        }
    }

    private final SortedMap<String, Item> items = new TreeMap<>();
    private final long most;
    private long bytes;

    /** An empty one that takes so many bytes of content. */
    public FileArchive(long most) {
        this.most = most;
    }

    /**
     * Adds the entries of a tar archive; what lies there under the same name is replaced.
     *
     * @param in      the archive, read to its end
     * @param prefix  put before each name, with its slash; may be empty
     * @param lenient leaves out links, devices and pipes instead of refusing the archive
     * @throws InvalidImageException when it is no archive, or holds what it may not; the message is one line
     */
    public FileArchive read(InputStream in, String prefix, boolean lenient)
            throws IOException, InvalidImageException, TooLargeException {
        TarReader tar = new TarReader(in);
        for (Optional<TarReader.Entry> next = tar.next(); next.isPresent(); next = tar.next()) {
            TarReader.Entry e = next.get();
            String name = prefix + Names.inside(e.name());
            name = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
            if (e.type() == '5') {
                if (!name.isEmpty()) {
                    directory(name);
                }
            } else if (e.type() == '0') {
                if (e.size() > most - bytes) {
                    throw new TooLargeException("more than " + most + " bytes of files");
                }
                byte[] content = new byte[(int) e.size()];
                for (int at = 0; at < content.length;) {
                    at += Math.max(0, tar.read(content, at, content.length - at));
                }
                file(name, content, (e.mode() & 0111) != 0);
            } else if (!lenient) {
                throw new InvalidImageException("more than plain files and directories: " + Names.shown(name));
            }
        }
        return this;
    }

    /** Adds a file. */
    public void file(String name, byte[] content, boolean executable) throws InvalidImageException, TooLargeException {
        put(name, new Item(Optional.of(content), executable));
    }

    /** Adds a directory. */
    public void directory(String name) throws InvalidImageException, TooLargeException {
        put(name, new Item(Optional.empty(), true));
    }

    private void put(String name, Item item) throws InvalidImageException, TooLargeException {
        if (!TaskSpec.relative(name)) {
            throw new InvalidImageException("a name that does not stay inside, or is too long: " + Names.shown(name));
        }
        if (items.size() >= MAX_ENTRIES) {
            throw new TooLargeException("more than " + MAX_ENTRIES + " files");
        }
        for (int i = name.indexOf('/'); i > 0; i = name.indexOf('/', i + 1)) {
            Item above = items.putIfAbsent(name.substring(0, i), new Item(Optional.empty(), true));
            if (above != null && above.content().isPresent()) {
                throw new InvalidImageException("a file lies where a directory is needed: " + Names.shown(name));
            }
        }
        Item before = items.put(name, item);
        if (before != null && before.content().isPresent() != item.content().isPresent()) {
            throw new InvalidImageException("a file and a directory of the same name: " + Names.shown(name));
        }
        bytes += item.content().map(c -> c.length).orElse(0) - (before == null ? 0 : before.content().map(c -> c.length).orElse(0));
        if (bytes > most) {
            throw new TooLargeException("more than " + most + " bytes of files");
        }
    }

    /** Whether nothing is in it. */
    public boolean isEmpty() {
        return items.isEmpty();
    }

    /** Bytes of content. */
    public long bytes() {
        return bytes;
    }

    /** The canonical archive; no bytes at all where nothing is in it. */
    public byte[] toBytes() throws InvalidImageException {
        if (items.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.min(1 << 30, bytes + 1024L * (items.size() + 1)));
        try (var writer = new org.zennet.api.container.FileArchive.Writer(out)) {
            for (var e : items.entrySet()) {
                if (e.getValue().content().isEmpty()) {
                    writer.directory(e.getKey());
                } else {
                    byte[] content = e.getValue().content().get();
                    writer.file(e.getKey(), e.getValue().executable(), content.length, new ByteArrayInputStream(content));
                }
            }
        } catch (IOException e) {
            throw new InvalidImageException(e.getMessage());
        }
        return out.toByteArray();
    }

    /** Reads {@link TaskSpec#files} strictly. */
    public static FileArchive of(byte[] archive) throws InvalidImageException, TooLargeException {
        FileArchive files = new FileArchive(TaskSpec.MAX_FILES);
        if (archive.length == 0) {
            return files;
        }
        try {
            return files.read(new ByteArrayInputStream(archive), "", false);
        } catch (IOException e) {
            throw new InvalidImageException("the archive of files can't be read");
        }
    }
}
