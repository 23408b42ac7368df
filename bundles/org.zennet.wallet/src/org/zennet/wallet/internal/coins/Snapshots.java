package org.zennet.wallet.internal.coins;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.zennet.services.chain.ChainService;

/** Remembers the newest snapshot until the chain changes, so that asking for the balance costs nothing in between. */
final class Snapshots {
    private final ChainService chain;
    private final Supplier<List<byte[]>> predicates;
    private final AtomicLong version = new AtomicLong();
    private volatile Kept kept;

    private record Kept(long version, int keys, Snapshot snapshot) { }

    Snapshots(ChainService chain, Supplier<List<byte[]>> predicates) {
        this.chain = chain;
        this.predicates = predicates;
    }

    Snapshot get() {
        List<byte[]> now = predicates.get();
        Kept before = kept;
        if (before != null && before.version == version.get() && before.keys == now.size()) {
            return before.snapshot;
        }
        long at = version.get();
        Snapshot fresh = Snapshot.take(chain, now);
        kept = new Kept(at, now.size(), fresh);
        return fresh;
    }

    void forget() {
        version.incrementAndGet();
    }
}
