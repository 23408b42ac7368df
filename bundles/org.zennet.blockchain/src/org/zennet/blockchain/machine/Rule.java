package org.zennet.blockchain.machine;

/** Every rule that a header, block or transaction can break. */
public enum Rule {
    /** The header's version is known. */
    HEADER_VERSION,
    /** The block before is known. */
    HEADER_PARENT(false),
    /** The height is one above the parent's. */
    HEADER_HEIGHT,
    /** Nothing is committed in the auxiliary root yet. */
    HEADER_AUX_ROOT,
    /** The target is the network's. */
    HEADER_BITS,
    /** The hash is at most the target. */
    HEADER_WORK,
    /** The time is above the median of the last eleven. */
    HEADER_TIME_OLD,
    /** The time is not too far ahead of this node's clock. */
    HEADER_TIME_FUTURE(false),
    /** It descends from a block that broke a rule. */
    HEADER_INVALID_PARENT,

    /** A block has a reward first, and only first. */
    BLOCK_COINBASE_FIRST,
    /** The reward names the block's height. */
    BLOCK_COINBASE_HEIGHT,
    /** The reward has 1 to 16 outputs that pay keys. */
    BLOCK_COINBASE_OUTPUTS,
    /** The reward is exactly subsidy and fees. */
    BLOCK_COINBASE_AMOUNT,
    /** The header carries the root of the transactions. */
    BLOCK_TX_ROOT,
    /** Transactions take at most 1,000,000 bytes. */
    BLOCK_SIZE,
    /** Payloads of announcements take at most 16,384 bytes. */
    BLOCK_PAYLOADS,
    /** No transaction occurs twice. */
    BLOCK_DUPLICATE,

    /** A reward stands in a block only. */
    TX_COINBASE,
    /** There is at least one output. */
    TX_NO_OUTPUTS,
    /** No coin is spent twice by one transaction. */
    TX_DUPLICATE_INPUT,
    /** Sums stay below 2^63. */
    TX_OVERFLOW,
    /** Every output holds at least its dust limit. */
    TX_DUST,
    /** Every coin spent exists and is unspent. */
    TX_MISSING_COIN(false),
    /** A reward is mature when it is spent. */
    TX_IMMATURE(false),
    /** Outputs don't exceed inputs. */
    TX_OVERSPENT,

    /** The witness is of a kind that the predicate allows. */
    WITNESS_KIND,
    /** The signature over the transaction is the right key's. */
    WITNESS_SIGNATURE,
    /** The payer signed the voucher, for this channel of this network. */
    SETTLE_VOUCHER,
    /** At most 4,096 ticks, and no step above the voucher's number. */
    SETTLE_TICKS,
    /** The tick leads to the voucher's anchor. */
    SETTLE_ANCHOR,
    /** No more is taken than the channel holds. */
    SETTLE_CAPACITY,
    /** The named output gives the payer at least the rest. */
    SETTLE_REFUND,
    /** No output serves two channels as their refund. */
    SETTLE_REFUND_REUSED,
    /** The payer alone has to wait for the expiry. */
    REFUND_EARLY(false),

    /** The payload is the one whose hash and size the output names. */
    ANNOUNCE_PAYLOAD,
    /** It lives neither too short nor too long. */
    ANNOUNCE_LIFETIME(false),
    /** It holds the bond. */
    ANNOUNCE_BOND,
    /** The fee covers the rent. */
    ANNOUNCE_RENT(false),

    /** The fee, rent apart, is at least the relay fee. Policy, not consensus. */
    POOL_FEE(false),
    /** The coin is spent by a waiting transaction that pays as much. Policy. */
    POOL_CONFLICT(false),
    /** Chains of waiting transactions are short. Policy. */
    POOL_CHAIN(false),
    /** There is room for it at its fee rate. Policy. */
    POOL_FULL(false),
    /** It waits already. Policy. */
    POOL_KNOWN(false);

    private final boolean absolute;

    Rule() {
        this(true);
    }

    Rule(boolean absolute) {
        this.absolute = absolute;
    }

    /** Whether breaking it is the sender's fault: it doesn't depend on clock, tip or mempool of the one who checks. */
    public boolean absolute() {
        return absolute;
    }
}
