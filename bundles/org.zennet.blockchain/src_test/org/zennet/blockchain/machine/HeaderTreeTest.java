package org.zennet.blockchain.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.BlockHeader;

class HeaderTreeTest {
    private final ConsensusParameters network = ConsensusParameters.dev(Kit.hash("tree", 1));
    private final HeaderTree tree = new HeaderTree(network);

    private HeaderTree.Node grow(HeaderTree.Node parent, String branch) {
        BlockHeader header = Kit.solve(new BlockHeader(1, parent.hash(), Kit.hash(branch, parent.height()), BlockHeader.NO_AUX,
                parent.height() + 1, parent.header().time() + 1, network.bits(), 0));
        return ((Verdict.Accepted<HeaderTree.Node>) tree.add(header, header.time())).value();
    }

    private HeaderTree.Node grow(HeaderTree.Node parent, String branch, int count) {
        HeaderTree.Node node = parent;
        for (int i = 0; i < count; i++) {
            node = grow(node, branch);
        }
        return node;
    }

    @Test
    void ancestorsAndForksAreFound() {
        HeaderTree.Node a = grow(tree.genesis(), "a", 100);
        HeaderTree.Node b = grow(a.ancestor(40), "b", 70);
        for (int h = 0; h <= 100; h++) {
            HeaderTree.Node slow = a;
            while (slow.height() > h) {
                slow = slow.parent();
            }
            assertSame(slow, a.ancestor(h));
        }
        assertNull(a.ancestor(101));
        assertSame(a.ancestor(40), HeaderTree.fork(a, b));
        assertSame(b, tree.bestHeader());
        assertSame(tree.genesis(), tree.bestComplete());
    }

    @Test
    void theFirstOfEqualBranchesStaysAndOnlyCompleteOnesCount() {
        HeaderTree.Node a = grow(tree.genesis(), "a", 2);
        HeaderTree.Node b = grow(tree.genesis(), "b", 2);
        assertSame(a, tree.bestHeader());
        tree.bodyArrived(b);
        assertSame(tree.genesis(), tree.bestComplete());
        tree.bodyArrived(b.parent());
        assertSame(b, tree.bestComplete());
        tree.bodyArrived(a.parent());
        tree.bodyArrived(a);
        assertSame(b, tree.bestComplete());
        tree.invalidate(b.parent());
        assertTrue(b.isInvalid());
        assertSame(a, tree.bestComplete());
    }

    @Test
    void aLocatorIsShortAndEndsAtGenesis() {
        List<Hash> locator = HeaderTree.locator(grow(tree.genesis(), "a", 500));
        assertTrue(locator.size() < 25, "size " + locator.size());
        assertEquals(tree.genesis().hash(), locator.getLast());
        assertEquals(List.of(tree.genesis().hash()), HeaderTree.locator(tree.genesis()));
    }
}
