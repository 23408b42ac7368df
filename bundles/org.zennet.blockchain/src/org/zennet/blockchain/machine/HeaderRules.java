package org.zennet.blockchain.machine;

import static org.zennet.blockchain.machine.Broken.unless;

import java.util.Arrays;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.BlockHeader;

/** The rules of headers. */
public final class HeaderRules {
    private HeaderRules() { }

    /**
     * What a header's rules need to know of its ancestors.
     *
     * @param hash   of the parent
     * @param height of the parent
     * @param times  of the parent and those before it, at most {@link ConsensusParameters#MEDIAN_SPAN}, in any order
     */
    public record Parent(Hash hash, int height, long[] times) {
        /** The median of the times, the lower one of an even number. */
        public long medianTime() {
            long[] sorted = times.clone();
            Arrays.sort(sorted);
            return sorted[(sorted.length - 1) / 2];
        }
    }

    /**
     * Checks a header.
     *
     * @param now seconds since 1970
     */
    public static Verdict<BlockHeader> check(BlockHeader header, Parent parent, long now, ConsensusParameters network) {
        try {
            unless(header.version() == BlockHeader.VERSION, Rule.HEADER_VERSION, "version " + header.version());
            unless(header.previous().equals(parent.hash()), Rule.HEADER_PARENT, "previous " + header.previous());
            unless(header.height() == parent.height() + 1, Rule.HEADER_HEIGHT,
                    "height " + header.height() + " on top of " + parent.height());
            unless(header.auxRoot().equals(BlockHeader.NO_AUX), Rule.HEADER_AUX_ROOT, "auxiliary root " + header.auxRoot());
            unless(header.bits() == network.bits(), Rule.HEADER_BITS,
                    "target 0x" + Integer.toHexString(header.bits()) + ", not 0x" + Integer.toHexString(network.bits()));
            unless(Work.meets(header.hash(), header.bits()), Rule.HEADER_WORK, "hash " + header.hash());
            unless(header.time() > parent.medianTime(), Rule.HEADER_TIME_OLD,
                    "time " + header.time() + " is not above the median " + parent.medianTime());
            unless(header.time() <= now + network.maxFutureSeconds(), Rule.HEADER_TIME_FUTURE,
                    "time " + header.time() + " is more than " + network.maxFutureSeconds() + " s ahead of " + now);
            return Verdict.accepted(header);
        } catch (Broken e) {
            return e.verdict();
        }
    }
}
