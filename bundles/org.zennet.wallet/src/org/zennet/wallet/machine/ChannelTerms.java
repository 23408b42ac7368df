package org.zennet.wallet.machine;

import org.zennet.api.encoding.Limit;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * What never changes about a channel.
 *
 * @param genesis  the network
 * @param id       the outpoint of its CHANNEL output
 * @param capacity C, the amount of that output
 * @param expiry   E: from this height on the payer may take everything back alone
 * @param quantum  v, the value of one tick, at least one zen
 * @param label    what it is for
 */
public record ChannelTerms(Hash genesis, OutPoint id, PublicKey payer, PublicKey payee, Amount capacity, int expiry,
        Amount quantum, @Limit(200) String label) {
    /** Refuses a channel that can't pay. */
    public ChannelTerms {
        if (quantum.isZero() || capacity.isZero()) {
            throw new IllegalArgumentException("a channel's capacity and tick are at least one zen");
        }
    }
}
