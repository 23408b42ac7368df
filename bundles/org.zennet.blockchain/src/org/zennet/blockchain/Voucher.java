package org.zennet.blockchain;

import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * What a channel's payer signs: this much in all, and so much more for every tick of a hash chain. Cumulative: the
 * newest voucher is the payee's best.
 *
 * @param genesis    the network
 * @param channel    the channel's outpoint
 * @param cumulative A
 * @param anchor     w_0 of the chain ({@link Ticks}); all zero when there is none
 * @param tickValue  v
 * @param maxTicks   n, 0 to {@link #MAX_TICKS}
 */
public record Voucher(Hash genesis, OutPoint channel, Amount cumulative, Hash anchor, Amount tickValue, int maxTicks) {
    /** The longest hash chain: bounds what a settlement costs to verify. */
    public static final int MAX_TICKS = 4096;
    /** The anchor of a voucher without a chain. */
    public static final Hash NO_ANCHOR = Hash.of(new byte[Hash.LENGTH]);

    /** Refuses a number of ticks without an encoding. */
    public Voucher {
        if (maxTicks < 0 || maxTicks > 0xFFFF) {
            throw new IllegalArgumentException("a number of ticks lies between 0 and 65535: " + maxTicks);
        }
    }

    /** The digest that the payer signs: the tagged hash of 116 fixed bytes. */
    public Hash digest() {
        return Tag.VOUCHER.hash(new Encoder().fixed(genesis).fixed(channel.txid()).u16(channel.index())
                .u63(cumulative.zen()).fixed(anchor).u63(tickValue.zen()).u16(maxTicks).toBytes());
    }

    /** The voucher that a settlement of a channel shows. */
    public static Voucher of(Hash genesis, OutPoint channel, Witness.ChannelSettle shown) {
        return new Voucher(genesis, channel, shown.cumulative(), shown.anchor(), shown.tickValue(), shown.maxTicks());
    }
}
