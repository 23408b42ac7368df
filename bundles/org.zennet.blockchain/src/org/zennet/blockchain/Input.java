package org.zennet.blockchain;

import java.util.Objects;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * One coin that a transaction spends, and what allows it to.
 *
 * @param outPoint the output spent; its index lies between 0 and 65,535
 * @param witness  the permission; not part of the transaction's id
 */
public record Input(OutPoint outPoint, Witness witness) {
    /** Refuses an index that has no encoding. */
    public Input {
        Objects.requireNonNull(witness);
        if (outPoint.index() < 0 || outPoint.index() > 0xFFFF) {
            throw new IllegalArgumentException("an output's index lies between 0 and 65535: " + outPoint.index());
        }
    }
}
