package org.zennet.store;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * One file of named maps from text to bytes. A change becomes durable with {@link #commit}, which returns only after
 * the file was synced: an MVStore commit alone is not. Thread-safe; several changes followed by one commit cost one sync.
 *
 * <p>Auto-commit is off, so what was not committed is gone after a crash: commits are the only points of recovery.
 */
public final class DurableStore implements AutoCloseable {
    private static final String META = "zennet.meta";
    private static final int MAX_DEAD_SPACE_PERCENT = 60;
    private final Path file;
    private final MVStore store;

    private DurableStore(Path file, MVStore store) {
        this.file = file;
        this.store = store;
    }

    /**
     * Opens or makes a store.
     *
     * @param version the schema's version; a file of a newer version is refused, one of an older version is accepted
     *                and marked with the new one
     * @throws StoreException when the file is locked, damaged or newer
     */
    public static DurableStore open(Path file, int version) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            // "retry:" opens the file again when an interrupt closed it; without the buffer size a full buffer commits by itself.
            MVStore mv = new MVStore.Builder().fileName("retry:" + file.toAbsolutePath()).autoCommitDisabled().autoCommitBufferSize(0).open();
            DurableStore opened = new DurableStore(file, mv);
            Map<String, byte[]> meta = opened.raw(META);
            byte[] found = meta.get("version");
            if (found != null && found[0] > version) {
                mv.closeImmediately();
                throw new StoreException(file + " was written by a newer version of Zennet (schema " + found[0] + ", this one knows "
                        + version + "): use that version");
            }
            meta.put("version", new byte[] {(byte) version});
            opened.commit();
            return opened;
        } catch (MVStoreException e) {
            throw new StoreException(file + " can't be opened: " + firstLine(e) + "; is another process using it?", e);
        } catch (java.io.IOException e) {
            throw new StoreException("the directory of " + file + " can't be made: " + e.getMessage(), e);
        }
    }

    /** A store in memory, for tests and simulation: never durable. */
    public static DurableStore inMemory() {
        return new DurableStore(Path.of("(memory)"), new MVStore.Builder().autoCommitDisabled().autoCommitBufferSize(0).open());
    }

    /** The map of a name, made when it is not there. */
    public DurableMap map(String name) {
        if (name.equals(META)) {
            throw new IllegalArgumentException(META + " is reserved");
        }
        return new DurableMap(raw(name));
    }

    private MVMap<String, byte[]> raw(String name) {
        return store.openMap(name, new MVMap.Builder<String, byte[]>().keyType(StringDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
    }

    /** Makes every change so far durable. */
    public void commit() {
        try {
            store.commit();
            store.sync();
        } catch (MVStoreException e) {
            throw new StoreException(file + " can't be written: " + firstLine(e) + "; is the disk full?", e);
        }
    }

    /** Writes a copy of the last committed state to another file, atomically. */
    public void backup(Path target) {
        commit();
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            try (DurableStore copy = open(part, raw(META).get("version")[0])) {
                for (String name : store.getMapNames()) {
                    if (!name.equals(META)) {
                        MVMap<String, byte[]> to = copy.raw(name);
                        raw(name).forEach(to::put);
                    }
                }
                copy.commit();
            }
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (java.io.IOException e) {
            throw new StoreException("the backup " + target + " can't be written: " + e.getMessage(), e);
        }
    }

    /** Commits and closes; compacts first when most of the file is dead. */
    @Override
    public void close() {
        if (!store.isClosed()) {
            commit();
            if (store.getFileStore() != null && store.getFileStore().getFillRate() < 100 - MAX_DEAD_SPACE_PERCENT) {
                store.compactFile(2000);
            }
            store.close();
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown");
    }

    /** One map of a {@link DurableStore}. Values are copied in and out. Thread-safe. */
    public static final class DurableMap {
        private final MVMap<String, byte[]> map;

        private DurableMap(MVMap<String, byte[]> map) {
            this.map = map;
        }

        /** The value of a key. */
        public Optional<byte[]> get(String key) {
            return Optional.ofNullable(map.get(key)).map(byte[]::clone);
        }

        /** Sets a value; durable after the next commit. */
        public void put(String key, byte[] value) {
            map.put(key, Arrays.copyOf(value, value.length));
        }

        /** Removes a key; durable after the next commit. */
        public void remove(String key) {
            map.remove(key);
        }

        /** A copy of all entries, by key. */
        public Map<String, byte[]> entries() {
            Map<String, byte[]> copy = new TreeMap<>();
            map.forEach(copy::put);
            return copy;
        }

        /** Visits every entry, in the order of keys. */
        public void forEach(BiConsumer<String, byte[]> visitor) {
            entries().forEach(visitor);
        }

        /** How many entries. */
        public int size() {
            return map.size();
        }
    }
}
