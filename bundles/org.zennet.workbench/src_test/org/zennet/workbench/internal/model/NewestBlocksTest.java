package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.Tip;

class NewestBlocksTest {
    private final List<BlockInfo> blocks = new ArrayList<>();
    private int reads;
    private final ChainService chain = (ChainService) Proxy.newProxyInstance(ChainService.class.getClassLoader(), new Class<?>[] {ChainService.class},
            (proxy, method, args) -> {
                if (method.getName().equals("tip")) {
                    return new Tip(blocks.size() - 1, blocks.getLast().hash(), 0);
                }
                reads++;
                int height = (int) args[0];
                return height < blocks.size() ? Optional.of(blocks.get(height)) : Optional.empty();
            });
    private final NewestBlocks newest = new NewestBlocks();

    private static Hash hash(int height, int branch) {
        return Hash.of(ByteBuffer.allocate(32).putInt(height).putInt(height == 0 ? 0 : branch).array());
    }

    private void grow(int to, int branch) {
        while (blocks.size() <= to) {
            int h = blocks.size();
            Hash previous = h == 0 ? hash(0, 0) : blocks.getLast().hash();
            blocks.add(new BlockInfo(h, hash(h, branch), previous, h, 100, Amount.ZERO, Amount.ZERO, new byte[0], List.of()));
        }
    }

    private List<Integer> heights() {
        return newest.of(chain).stream().map(BlockInfo::height).toList();
    }

    @Test
    void onlyWhatIsNewIsRead() {
        grow(3, 0);
        assertEquals(List.of(3, 2, 1, 0), heights());
        assertEquals(4, reads);
        assertEquals(List.of(3, 2, 1, 0), heights());
        assertEquals(4, reads, "nothing came");
        grow(5, 0);
        assertEquals(List.of(5, 4, 3, 2, 1, 0), heights());
        assertEquals(6, reads);
    }

    @Test
    void aBranchThatWasLeftIsGone() {
        grow(4, 0);
        heights();
        while (blocks.size() > 3) {
            blocks.removeLast();
        }
        grow(5, 1);
        List<BlockInfo> now = newest.of(chain);
        assertEquals(List.of(5, 4, 3, 2, 1, 0), now.stream().map(BlockInfo::height).toList());
        assertTrue(now.stream().limit(3).allMatch(b -> b.hash().equals(hash(b.height(), 1))));
        while (blocks.size() > 2) {
            blocks.removeLast();
        }
        assertEquals(List.of(1, 0), heights(), "a shorter one too");
    }

    @Test
    void noMoreThanAHundredAreKept() {
        grow(250, 0);
        assertEquals(NewestBlocks.MOST, heights().size());
        assertEquals(NewestBlocks.MOST, reads);
        grow(251, 0);
        List<Integer> now = heights();
        assertEquals(NewestBlocks.MOST, now.size());
        assertEquals(251, now.getFirst());
        assertEquals(152, now.getLast());
    }
}
