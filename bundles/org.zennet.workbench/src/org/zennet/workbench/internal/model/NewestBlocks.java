package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.Tip;

/** The newest blocks of a chain: asks only for those that came since the last look. For one thread. */
public final class NewestBlocks {
    /** How many are kept. */
    public static final int MOST = 100;
    private List<BlockInfo> blocks = List.of();

    /** The newest blocks, newest first. After a reorganisation those of the branch that was left are gone. */
    public List<BlockInfo> of(ChainService chain) {
        Tip tip = chain.tip();
        List<BlockInfo> now = new ArrayList<>();
        int known = 0;
        for (int height = tip.height(); height >= 0 && now.size() < MOST; height--) {
            while (known < blocks.size() && blocks.get(known).height() > height) {
                known++;
            }
            // a block that follows from one that was just read: the rest is known
            if (known < blocks.size() && blocks.get(known).height() == height
                    && blocks.get(known).hash().equals(now.isEmpty() ? tip.hash() : now.getLast().previous())) {
                now.addAll(blocks.subList(known, Math.min(blocks.size(), known + MOST - now.size())));
                break;
            }
            Optional<BlockInfo> block = chain.block(height);
            if (block.isEmpty() || !now.isEmpty() && !block.get().hash().equals(now.getLast().previous())) {
                break;   // the chain turned while it was read: the next look shows it
            }
            now.add(block.get());
        }
        blocks = List.copyOf(now);
        return blocks;
    }
}
