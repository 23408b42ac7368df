package org.zennet.market.message;

import java.util.Optional;
import org.zennet.api.container.Isolation;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;

/**
 * What both sides sign.
 *
 * @param network    genesis of the chain that settles it
 * @param nonce      fresh, from the publisher
 * @param publisher  its identity
 * @param provider   its identity
 * @param payee      the provider's fresh money key
 * @param descriptor digest of the descriptor
 * @param backend    the container backend's id
 * @param image      SHA-256 of the module or image
 * @param isolation  that the provider enforces
 * @param resources  limits of the container
 * @param rates      agreed
 * @param terms      agreed
 * @param strategy   the seller's strategy and version, for the record
 * @param access     the keys of a lease for shells; empty for a lease for tasks
 */
@Message(Tag.CONTRACT)
public record Contract(Hash network, Hash nonce, PublicKey publisher, PublicKey provider, PublicKey payee,
        Hash descriptor, @Limit(32) String backend, Hash image, Isolation isolation, Resources resources,
        RateVector rates, Terms terms, @Limit(129) String strategy, Optional<Access> access) {
    /** For tasks. */
    public Contract(Hash network, Hash nonce, PublicKey publisher, PublicKey provider, PublicKey payee, Hash descriptor,
            String backend, Hash image, Isolation isolation, Resources resources, RateVector rates, Terms terms,
            String strategy) {
        this(network, nonce, publisher, provider, payee, descriptor, backend, image, isolation, resources, rates, terms,
                strategy, Optional.empty());
    }

    /** The hash that statements and results name. */
    public Hash hash() {
        return Records.digest(this);
    }

    /** The lease's id: its contract's hash, cut to twenty hex digits. */
    public String leaseId() {
        return hash().toHex().substring(0, 20);
    }
}
