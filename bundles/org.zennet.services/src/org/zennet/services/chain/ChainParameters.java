package org.zennet.services.chain;

import org.zennet.api.value.Hash;

/**
 * Which chain, and the numbers of it that others need.
 *
 * @param kind     {@code dev}
 * @param genesis  the id of its first block: the network's id in every signature
 * @param addressPrefix of bech32m addresses: {@code xen}, {@code txen}, {@code dxen}
 * @param spacingSeconds the time between blocks
 * @param maturity blocks before a block reward can be spent
 * @param fundingDepth blocks before a channel's funding counts
 */
public record ChainParameters(String kind, Hash genesis, String addressPrefix, int spacingSeconds, int maturity,
        int fundingDepth) { }
