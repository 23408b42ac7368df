package org.zennet.blockchain.internal.storage;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.internal.storage.SegmentLog.Position;
import org.zennet.store.StoreException;

/**
 * The headers of the best chain in one flat file: 152 bytes each, at (height - 1) times that. An entry is the header,
 * where block and undo lie in the segments (u32 and u64 each), and a CRC-32C. Spares a start from reading every block;
 * what a crash left out or torn is found again in the segments. Not thread-safe.
 */
final class HeaderFile implements AutoCloseable {
    private static final int ENTRY = BlockHeader.BYTES + 2 * 12 + 4;
    private final Path file;
    private final RandomAccessFile raw;

    /** A header of the best chain and where its block is. */
    record Entry(BlockHeader header, Position block, Position undo) { }

    HeaderFile(Path file) {
        this.file = file;
        try {
            this.raw = new RandomAccessFile(file.toFile(), "rw");
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The entries from height 1 up to the first that is torn or doesn't follow the one before. */
    List<Entry> load(Hash genesis) {
        try {
            List<Entry> entries = new ArrayList<>();
            Hash previous = genesis;
            raw.seek(0);
            BufferedInputStream in = new BufferedInputStream(new FileInputStream(raw.getFD()), 1 << 16);
            byte[] bytes = new byte[ENTRY];
            while (in.readNBytes(bytes, 0, ENTRY) == ENTRY) {
                Entry entry = parse(bytes);
                if (entry == null || !entry.header().previous().equals(previous)) {
                    break;
                }
                previous = entry.header().hash();
                entries.add(entry);
            }
            return entries;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Sets the entry of its height; not synced. */
    void put(Entry entry) {
        ByteBuffer buffer = ByteBuffer.allocate(ENTRY).put(entry.header().toBytes());
        put(buffer, entry.block());
        put(buffer, entry.undo());
        buffer.putInt(checksum(buffer.array()));
        try {
            raw.seek((entry.header().height() - 1L) * ENTRY);
            raw.write(buffer.array());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Drops the entries above a height. */
    void truncate(int height) {
        try {
            raw.setLength((long) height * ENTRY);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void sync() {
        try {
            raw.getFD().sync();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static void put(ByteBuffer buffer, Position position) {
        buffer.putInt(position.segment()).putLong(position.offset());
    }

    private static Entry parse(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte[] header = new byte[BlockHeader.BYTES];
        buffer.get(header);
        Position block = new Position(buffer.getInt(), buffer.getLong());
        Position undo = new Position(buffer.getInt(), buffer.getLong());
        try {
            return buffer.getInt() == checksum(bytes) ? new Entry(BlockHeader.parse(header), block, undo) : null;
        } catch (EncodingException e) {
            return null;
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, ENTRY - 4);
        return (int) crc.getValue();
    }

    private StoreException failed(IOException e) {
        return new StoreException(file + " can't be used: " + e.getMessage(), e);
    }
}
