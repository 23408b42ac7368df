package org.zennet.wallet.machine;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Voucher;

/**
 * A voucher as it travels and is stored. Network and outpoint are known to both ends and only in the digest.
 *
 * @param cumulative A
 * @param anchor     w_0 of the hash chain; all zero when there is none
 * @param tickValue  v
 * @param maxTicks   n
 * @param signature  the payer's over {@link Voucher#digest}
 */
@Message(Tag.VOUCHER)
public record SignedVoucher(Amount cumulative, Hash anchor, Amount tickValue, int maxTicks, Signature signature) {
    /** What was signed, on a channel. */
    public Voucher on(ChannelTerms terms) {
        return new Voucher(terms.genesis(), terms.id(), cumulative, anchor, tickValue, maxTicks);
    }
}
