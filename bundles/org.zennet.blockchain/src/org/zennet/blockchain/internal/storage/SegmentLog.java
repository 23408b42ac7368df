package org.zennet.blockchain.internal.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.store.StoreException;

/**
 * Append-only files of checksummed records; one sync per append. A file begins with 8 bytes {@code ZNSEG001}; a record is
 * u32 length of type and body, u32 CRC-32C of them, u8 type, body. A tail that a crash left unfinished is cut off. Not
 * thread-safe. No channels: an interrupt of whoever reads would close them.
 */
public final class SegmentLog implements AutoCloseable {
    /** Where the first record of all begins. */
    public static final Position START = new Position(0, 8);
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
    private static final byte[] MAGIC = "ZNSEG001".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = 8;
    private static final int MAX_RECORD = 8 << 20;
    private final Path directory;
    private final long segmentBytes;
    private final List<RandomAccessFile> segments = new ArrayList<>();

    /** Where a record begins. */
    public record Position(int segment, long offset) { }

    /** A record: its type and bytes. */
    public record Item(int type, byte[] body) { }

    /** Sees every record of a scan. */
    public interface Visitor {
        /** One record. */
        void record(Position position, Item item);
    }

    /** Opens the files of a directory, or makes the first. */
    public SegmentLog(Path directory, long segmentBytes) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        try {
            Files.createDirectories(directory);
            while (Files.exists(file(segments.size()))) {
                segments.add(open(file(segments.size())));
            }
            if (segments.isEmpty()) {
                roll();
            }
        } catch (IOException e) {
            throw failed("opened", e);
        }
    }

    /** Appends records and returns when they are on the disk. */
    public List<Position> append(List<Item> items) {
        try {
            if (last().length() >= segmentBytes) {
                roll();
            }
            int total = items.stream().mapToInt(i -> HEAD + 1 + i.body().length).sum();
            ByteBuffer buffer = ByteBuffer.allocate(total);
            long offset = last().length();
            List<Position> positions = new ArrayList<>();
            for (Item item : items) {
                positions.add(new Position(segments.size() - 1, offset + buffer.position()));
                buffer.putInt(1 + item.body().length).putInt(checksum(item)).put((byte) item.type()).put(item.body());
            }
            try {
                last().seek(offset);
                last().write(buffer.array());
                last().getFD().sync();
            } catch (IOException e) {
                cutBack(offset, e);
                throw e;
            }
            return positions;
        } catch (IOException e) {
            throw failed("written; is the disk full", e);
        }
    }

    /** Half a record amid others would make all behind it unreadable. */
    private void cutBack(long offset, IOException cause) {
        try {
            last().setLength(offset);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Reads a record. */
    public Item read(Position position) {
        try {
            Item item = tryRead(segments.get(position.segment()), position.offset());
            if (item == null) {
                throw new StoreException(file(position.segment()) + " is damaged at " + position.offset());
            }
            return item;
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** Visits every record from a position on; cuts off an unfinished tail. */
    public void scan(Position from, Visitor visitor) {
        try {
            for (int s = from.segment(); s < segments.size(); s++) {
                RandomAccessFile opened = segments.get(s);
                long offset = s == from.segment() ? from.offset() : MAGIC.length;
                while (offset < opened.length()) {
                    Item item = tryRead(opened, offset);
                    if (item == null) {
                        cut(s, offset);
                        break;
                    }
                    visitor.record(new Position(s, offset), item);
                    offset += HEAD + 1 + item.body().length;
                }
            }
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** Whether a record may begin there. */
    public boolean holds(Position position) {
        try {
            return position.segment() >= 0 && position.segment() < segments.size()
                    && position.offset() < segments.get(position.segment()).length();
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    private void cut(int segment, long offset) throws IOException {
        if (segment != segments.size() - 1) {
            throw new StoreException(file(segment) + " is damaged at " + offset
                    + "; remove the directory 'chain' to load the chain from peers again");
        }
        LOG.info("{}: cut off {} bytes that a crash left unfinished", file(segment), last().length() - offset);
        last().setLength(offset);
        last().getFD().sync();
    }

    private static Item tryRead(RandomAccessFile opened, long offset) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        if (!fill(opened, head, offset)) {
            return null;
        }
        int length = head.getInt(0);
        if (length < 1 || length > MAX_RECORD) {
            return null;
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        if (!fill(opened, body, offset + HEAD)) {
            return null;
        }
        byte[] bytes = new byte[length - 1];
        body.get(1, bytes);
        Item item = new Item(body.get(0) & 0xFF, bytes);
        return checksum(item) == head.getInt(4) ? item : null;
    }

    private static boolean fill(RandomAccessFile file, ByteBuffer buffer, long offset) throws IOException {
        if (offset + buffer.capacity() > file.length()) {
            return false;
        }
        file.seek(offset);
        file.readFully(buffer.array());
        return true;
    }

    private static int checksum(Item item) {
        CRC32C crc = new CRC32C();
        crc.update(item.type());
        crc.update(item.body());
        return (int) crc.getValue();
    }

    private RandomAccessFile last() {
        return segments.getLast();
    }

    private void roll() throws IOException {
        segments.add(open(file(segments.size())));
    }

    private RandomAccessFile open(Path file) throws IOException {
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
        if (opened.length() < MAGIC.length) {
            opened.write(MAGIC);
            opened.getFD().sync();
        } else {
            ByteBuffer magic = ByteBuffer.allocate(MAGIC.length);
            fill(opened, magic, 0);
            if (!java.util.Arrays.equals(magic.array(), MAGIC)) {
                throw new IOException(file + " is not a block file of this version");
            }
        }
        return opened;
    }

    private Path file(int number) {
        return directory.resolve(String.format(Locale.ROOT, "%05d.blocks", number));
    }

    private StoreException failed(String what, IOException e) {
        return new StoreException("the block files in " + directory + " can't be " + what + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        for (RandomAccessFile segment : segments) {
            try {
                segment.close();
            } catch (IOException e) {
                LOG.warn("closing a block file: {}", e.getMessage());
            }
        }
    }
}
