package org.zennet.blockchain.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.zennet.services.chain.ChainService.OutPoint;

/** The unspent outputs at some point of the chain. */
@FunctionalInterface
public interface CoinView {
    /** An output, if it is unspent. */
    Optional<CoinEntry> coin(OutPoint outPoint);

    /** A view with changes on top of another view. Not thread-safe. */
    final class Overlay implements CoinView {
        private final CoinView below;
        private final Map<OutPoint, Optional<CoinEntry>> changes = new HashMap<>();

        /** With no changes yet. */
        public Overlay(CoinView below) {
            this.below = below;
        }

        @Override
        public Optional<CoinEntry> coin(OutPoint outPoint) {
            Optional<CoinEntry> changed = changes.get(outPoint);
            return changed != null ? changed : below.coin(outPoint);
        }

        /** Adds a coin. */
        public void add(OutPoint outPoint, CoinEntry coin) {
            changes.put(outPoint, Optional.of(coin));
        }

        /** Takes a coin away. */
        public void remove(OutPoint outPoint) {
            changes.put(outPoint, Optional.empty());
        }

        /** What changed: the coin that is there now, or empty where it is gone. */
        public Map<OutPoint, Optional<CoinEntry>> changes() {
            return changes;
        }
    }
}
