package org.zennet.blockchain.machine;

import java.util.Optional;
import org.zennet.blockchain.Output;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * An unspent output as the chain's state holds it.
 *
 * @param height    of the block that made it
 * @param coinbase  whether it is a reward and has to mature
 * @param announced what it announces, where it does
 */
public record CoinEntry(Output output, int height, boolean coinbase, Optional<Announced> announced) {
    /**
     * An announcement.
     *
     * @param id      the outpoint that first made it; renewals keep it
     * @param payload its bytes; not to be changed
     */
    public record Announced(OutPoint id, byte[] payload) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Announced a && a.id.equals(id) && java.util.Arrays.equals(a.payload, payload);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }
}
