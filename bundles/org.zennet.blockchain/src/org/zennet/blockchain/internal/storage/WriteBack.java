package org.zennet.blockchain.internal.storage;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.zennet.store.DurableStore.DurableMap;

/** Changes to a durable map that are kept in memory until they are flushed. Not thread-safe. */
final class WriteBack {
    private final DurableMap map;
    private final Map<String, Optional<byte[]>> dirty = new HashMap<>();

    WriteBack(DurableMap map) {
        this.map = map;
    }

    Optional<byte[]> get(String key) {
        Optional<byte[]> changed = dirty.get(key);
        return changed != null ? changed : map.get(key);
    }

    void put(String key, byte[] value) {
        dirty.put(key, Optional.of(value));
    }

    void remove(String key) {
        dirty.put(key, Optional.empty());
    }

    /** Every entry, changes included. */
    void forEach(BiConsumer<String, byte[]> visitor) {
        map.forEach((key, value) -> {
            if (!dirty.containsKey(key)) {
                visitor.accept(key, value);
            }
        });
        dirty.forEach((key, value) -> value.ifPresent(v -> visitor.accept(key, v)));
    }

    /** Removes everything from the map itself. */
    void clear() {
        dirty.clear();
        map.entries().keySet().forEach(map::remove);
    }

    int dirty() {
        return dirty.size();
    }

    /** Writes the changes to the map; durable after the store's commit. */
    void flush() {
        dirty.forEach((key, value) -> {
            if (value.isPresent()) {
                map.put(key, value.get());
            } else {
                map.remove(key);
            }
        });
        dirty.clear();
    }
}
