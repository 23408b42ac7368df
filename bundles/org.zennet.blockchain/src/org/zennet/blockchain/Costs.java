package org.zennet.blockchain;

import org.zennet.api.value.Amount;

/**
 * What things cost by the rules of the chain, for those who build transactions. The fee of a transaction that announces
 * holds the rent of its announcements; what remains of it must be at least the relay fee.
 */
public final class Costs {
    /** What a mempool asks per byte, in zen. */
    public static final long RELAY_FEE_PER_BYTE = 1;
    /** The least an announcement's output holds; it comes back when it is spent. */
    public static final Amount ANNOUNCEMENT_BOND = new Amount(1_000_000);
    /** Rent of an announcement per byte of payload and block, in zen. Half of the rent is burnt. */
    public static final long RENT_PER_BYTE_AND_BLOCK = 1;
    private static final long DUST_PER_STORED_BYTE = 4;
    private static final int OUTPOINT_BYTES = 34;

    private Costs() { }

    /** The least that an output may hold: 4 zen for each byte that every node has to store, 300 zen for a key. */
    public static Amount dust(Predicate predicate) {
        return new Amount(DUST_PER_STORED_BYTE * (OUTPOINT_BYTES + Long.BYTES + predicate.size()));
    }

    /**
     * The rent of an announcement.
     *
     * @param height of the block that takes it in
     * @return nothing when it is gone by then
     */
    public static Amount rent(Predicate.Announce announce, int height) {
        long blocks = Math.max(0L, (long) announce.expiry() - height);
        return new Amount(Math.multiplyExact(announce.size() * RENT_PER_BYTE_AND_BLOCK, blocks));
    }

    /** The part of a rent that is burnt: half of it, rounded down. */
    public static Amount burnt(Amount rent) {
        return new Amount(rent.zen() / 2);
    }
}
