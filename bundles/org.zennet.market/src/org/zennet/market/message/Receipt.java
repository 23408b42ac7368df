package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/**
 * From the provider after the end: what it claims to have been used, what it was paid, and how it settles.
 *
 * @param settlement the transaction's id; all zero when nothing was paid
 */
@Message(Tag.RECEIPT)
public record Receipt(Hash contract, UsageVector usage, Amount paid, int tasks, Hash settlement) { }
