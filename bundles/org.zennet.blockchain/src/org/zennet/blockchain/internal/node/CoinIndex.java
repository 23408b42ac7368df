package org.zennet.blockchain.internal.node;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.services.chain.ChainService.OutPoint;

/** Which coins pay whom, and which announcements are unspent; in memory, made from the coins at the start. */
final class CoinIndex {
    private final Map<Predicate, Set<OutPoint>> owners = new HashMap<>();
    private final Map<OutPoint, CoinEntry> announcements = new LinkedHashMap<>();

    void add(OutPoint outPoint, CoinEntry coin) {
        owners.computeIfAbsent(coin.output().predicate(), p -> new LinkedHashSet<>()).add(outPoint);
        if (coin.announced().isPresent()) {
            announcements.put(outPoint, coin);
        }
    }

    void remove(OutPoint outPoint, CoinEntry coin) {
        Set<OutPoint> own = owners.get(coin.output().predicate());
        if (own != null && own.remove(outPoint) && own.isEmpty()) {
            owners.remove(coin.output().predicate());
        }
        announcements.remove(outPoint);
    }

    /** Changes as the rules give them; {@code before} tells what was there. */
    void apply(Map<OutPoint, Optional<CoinEntry>> changes, java.util.function.Function<OutPoint, Optional<CoinEntry>> before) {
        changes.forEach((outPoint, coin) -> {
            before.apply(outPoint).ifPresent(old -> remove(outPoint, old));
            coin.ifPresent(now -> add(outPoint, now));
        });
    }

    Collection<OutPoint> of(Predicate predicate) {
        return Collections.unmodifiableCollection(owners.getOrDefault(predicate, Set.of()));
    }

    Map<OutPoint, CoinEntry> announcements() {
        return Collections.unmodifiableMap(announcements);
    }
}
