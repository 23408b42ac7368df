package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/**
 * What a provider claims, once per interval.
 *
 * @param contract hash of the contract
 * @param sequence 1, 2, ...
 * @param usage    cumulative since {@link Started}
 * @param paid     cumulative: what it holds of payments, so that a lost one is sent again
 */
@Message(Tag.USAGE_STATEMENT)
public record UsageStatement(Hash contract, int sequence, UsageVector usage, Amount paid) { }
