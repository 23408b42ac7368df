package org.zennet.benchmark.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Reading and writing a file of {@value #FILE} bytes past the cache of the system, one request at a time: what fio (Jens Axboe) calls
 * direct=1 and iodepth=1. Where the system or the file system can't go past its cache, there is no score: it would be that of memory.
 * Behind a virtual disk there may be a cache of the host all the same.
 */
final class Disk implements Kernel {
    private static final int FILE = 128 << 20;
    /** What has to be free. */
    private static final long ROOM = 1L << 30;

    /** What a batch does. */
    enum Access {
        /** A MiB after the other, written. */
        WRITE("disk-write/1", "MB/s", 1 << 20, 16),
        /** A MiB after the other, read. */
        READ("disk-read/1", "MB/s", 1 << 20, 16),
        /** 4 KiB anywhere, read. */
        RANDOM("disk-random/1", "kop/s", 4096, 64),
        /** 4 KiB written to the beginning and made durable. */
        SYNC("disk-sync/1", "kop/s", 4096, 4);

        private final String id;
        private final String unit;
        private final int block;
        private final int blocks;

        Access(String id, String unit, int block, int blocks) {
            this.id = id;
            this.unit = unit;
            this.block = block;
            this.blocks = blocks;
        }
    }

    private final Access access;
    private final FileChannel file;
    private final ByteBuffer buffer;
    private int position;

    private Disk(Access access, FileChannel file, ByteBuffer buffer) {
        this.access = access;
        this.file = file;
        this.buffer = buffer;
    }

    /** Over a new file of a directory, which is gone when it is closed. */
    static Disk in(Path directory, Access access) throws IOException {
        FileStore store = Files.getFileStore(directory);
        if (store.type().equals("tmpfs") || store.type().equals("ramfs")) {
            throw new IOException(directory + " is in memory");
        }
        if (store.getUsableSpace() < ROOM) {
            throw new IOException(directory + " has less than " + ROOM + " bytes free");
        }
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE, direct()));
        int aligned = (int) Math.max(4096, store.getBlockSize());
        if (4096 % aligned != 0) {
            throw new IOException(directory + " has blocks of " + aligned + " bytes");
        }
        Path path = Files.createTempFile(directory, "zennet-disk-", ".tmp");
        try {
            FileChannel file = FileChannel.open(path, options);
            Disk disk = new Disk(access, file, ByteBuffer.allocateDirect((1 << 20) + aligned).alignedSlice(aligned));
            try {
                disk.fill();
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
            return disk;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** The JDK's option to go past the cache, by name because it is not part of the platform's standard. */
    private static OpenOption direct() throws IOException {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption", true, null).getField("DIRECT").get(null);
        } catch (ReflectiveOperationException e) {
            throw new IOException("this Java can't go past the cache of the system", e);
        }
    }

    private void fill() throws IOException {
        for (long at = 0; at < FILE; at += 1 << 20) {
            file.write(block(1 << 20), at);
        }
        file.force(false);
    }

    private ByteBuffer block(int bytes) {
        return buffer.clear().limit(bytes);
    }

    @Override
    public String id() {
        return access.id;
    }

    @Override
    public String unit() {
        return access.unit;
    }

    @Override
    public long countPerBatch() {
        return access.unit.equals("MB/s") ? (long) access.block * access.blocks : access.blocks * 1000L;
    }

    @Override
    public long batch(long seed) {
        try {
            long x = seed | 1;
            for (int i = 0; i < access.blocks; i++) {
                x ^= x << 13;
                x ^= x >>> 7;
                x ^= x << 17;
                long at = access == Access.RANDOM ? Math.floorMod(x, FILE / access.block) * (long) access.block
                        : access == Access.SYNC ? 0 : position;
                switch (access) {
                    case WRITE -> file.write(block(access.block).putLong(0, x), at);
                    case SYNC -> {
                        file.write(block(access.block).putLong(0, x), at);
                        file.force(false);
                    }
                    default -> file.read(block(access.block), at);
                }
                position = (position + access.block) % FILE;
            }
            return buffer.getLong(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
