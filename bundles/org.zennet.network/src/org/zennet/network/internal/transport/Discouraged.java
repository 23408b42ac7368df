package org.zennet.network.internal.transport;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who broke the rules lately: identities at once, addresses after some strikes, since an address may have many users.
 * Bounded: the oldest entry is forgotten first. Reads no clock. Thread-safe.
 *
 * @param <K> what is remembered
 */
final class Discouraged<K> {
    private static final int MOST = 4096;

    private record Entry(int strikes, long until) { }

    private final int strikes;
    private final Map<K, Entry> entries = new LinkedHashMap<>();

    /** @param strikes after how many it counts */
    Discouraged(int strikes) {
        this.strikes = strikes;
    }

    /** Somebody broke the rules. */
    synchronized void strike(K who, long now, Duration length) {
        Entry old = entries.remove(who);
        int count = old == null || old.until - now <= 0 ? 1 : old.strikes + 1;
        entries.put(who, new Entry(count, now + length.toNanos()));
        if (entries.size() > MOST) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    /** How long somebody is still not talked to; zero for whoever is welcome. */
    synchronized Duration remaining(K who, long now) {
        Entry entry = entries.get(who);
        if (entry != null && entry.until - now <= 0) {
            entries.remove(who);
            entry = null;
        }
        return entry == null || entry.strikes < strikes ? Duration.ZERO : Duration.ofNanos(entry.until - now);
    }
}
