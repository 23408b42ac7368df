package org.zennet.virtualization.keeper;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.zennet.virtualization.image.InvalidImageException;
import org.zennet.virtualization.image.TarReader;

/** The archive of what a task leaves, as it comes from a child: bounded, and looked through before it is kept. */
public final class PackedFiles extends OutputStream {
    private static final int MOST_FILES = 100_000;
    /** What an archive may be larger than what is in it. */
    private static final long HEADERS = 64L << 20;

    private final Path file;
    private final OutputStream out;
    private long left;
    private boolean full;

    /**
     * Into a file.
     *
     * @param most bytes of content
     */
    public PackedFiles(Path file, long most) throws IOException {
        this.file = file;
        this.out = Files.newOutputStream(file);
        this.left = most + HEADERS;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        full |= length > left;
        if (!full) {
            out.write(bytes, from, length);
            left -= length;
        }
    }

    /** Whether more came than may: what follows is swallowed. */
    public boolean full() {
        return full;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Hands it to the owner of the task; nothing where nothing is in it. To be called when it is closed. */
    public void tell(long number, Child.Owner owner) throws IOException {
        long content = full ? Long.MAX_VALUE : 0;
        int count = 0;
        if (!full) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                TarReader tar = new TarReader(in);
                for (Optional<TarReader.Entry> e = tar.next(); e.isPresent() && count <= MOST_FILES; e = tar.next()) {
                    content += e.get().size();
                    count++;
                }
            } catch (InvalidImageException e) {
                throw new IOException("what it left can't be read: " + e.getMessage(), e);
            }
        }
        if (count == 0 && !full) {
            Files.deleteIfExists(file);
        } else {
            owner.files(number, file, count > MOST_FILES ? Long.MAX_VALUE : content);
        }
    }
}
