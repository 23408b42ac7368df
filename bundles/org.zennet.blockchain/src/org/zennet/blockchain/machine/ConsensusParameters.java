package org.zennet.blockchain.machine;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.DevNetwork;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.chain.ChainParameters;

/**
 * The numbers of one network.
 *
 * @param kind               {@code dev}
 * @param addressPrefix      of its addresses
 * @param genesis            its first block
 * @param bits               the target of every block but the first, in compact form; it never changes
 * @param spacingSeconds     the time between blocks that miners keep
 * @param maturity           a reward of height h can be spent from height h + maturity on
 * @param fundingDepth       blocks before a channel's funding counts
 * @param maxFutureSeconds   how far a header's time may be ahead
 * @param leastAnnouncement  the least blocks that an announcement lives
 * @param mostAnnouncement   the most
 */
public record ConsensusParameters(String kind, String addressPrefix, Block genesis, int bits, int spacingSeconds,
        int maturity, int fundingDepth, int maxFutureSeconds, int leastAnnouncement, int mostAnnouncement) {
    /** How many blocks the median time is taken of. */
    public static final int MEDIAN_SPAN = 11;
    private static final int DEV_BITS = 0x2000FFFF;
    private static final long DEV_TIME = 1_767_225_600L;

    /**
     * The dev network of a salt. On purpose trivial: 256 hashes of SHA-256d a block, paced by the miner's timer; 64 genesis coins of
     * 1,000 XEN belong to the published {@link DevNetwork#TEST_KEY}.
     */
    public static ConsensusParameters dev(Hash salt) {
        byte[] seed = new Encoder().fixed("dev".getBytes(StandardCharsets.US_ASCII)).fixed(salt).toBytes();
        Transaction coins = Transaction.coinbase(0, Collections.nCopies(DevNetwork.COINS,
                new Output(DevNetwork.COIN, new Predicate.Key(DevNetwork.TEST_KEY))));
        BlockHeader header = new BlockHeader(BlockHeader.VERSION, Tag.GENESIS.hash(seed), Block.txRoot(List.of(coins)),
                BlockHeader.NO_AUX, 0, DEV_TIME, DEV_BITS, 0);
        return new ConsensusParameters("dev", "dxen", new Block(header, List.of(coins)), DEV_BITS, 1, 2, 1, 300, 10,
                43_200);
    }

    /** The id of its first block, which is the network's id in every signature. */
    public Hash genesisHash() {
        return genesis.hash();
    }

    /** What others need to know of it. */
    public ChainParameters summary() {
        return new ChainParameters(kind, genesisHash(), addressPrefix, spacingSeconds, maturity, fundingDepth);
    }
}
