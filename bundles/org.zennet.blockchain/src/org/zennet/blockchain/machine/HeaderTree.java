package org.zennet.blockchain.machine;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.BlockHeader;

/**
 * Every valid header that this node knows, as a tree from genesis, and which branch is best: the one with the most work,
 * and of equals the one known first. Not thread-safe.
 */
public final class HeaderTree {
    private final ConsensusParameters network;
    private final Map<Hash, Node> nodes = new HashMap<>();
    private final Node genesis;
    private Node bestHeader;
    private Node bestComplete;

    /** A header in the tree. */
    public static final class Node {
        private final BlockHeader header;
        private final Hash hash;
        private final Node parent;
        private final BigInteger work;
        private final Node skip;
        private final List<Node> children = new ArrayList<>(1);
        private boolean body;
        private boolean complete;
        private boolean invalid;

        private Node(BlockHeader header, Hash hash, Node parent, BigInteger work) {
            this.header = header;
            this.hash = hash;
            this.parent = parent;
            this.work = work;
            this.skip = parent == null ? null : parent.ancestor(skipHeight(header.height()));
        }

        /** As Bitcoin Core's skip list: ancestors are found in logarithmic time. */
        private static int skipHeight(int height) {
            if (height < 2) {
                return 0;
            }
            return (height & 1) == 0 ? height & height - 1 : lower(lower(height - 1)) + 1;
        }

        private static int lower(int height) {
            return height & height - 1;
        }

        /** The header. */
        public BlockHeader header() {
            return header;
        }

        /** Its id. */
        public Hash hash() {
            return hash;
        }

        /** Its height. */
        public int height() {
            return header.height();
        }

        /** The header before; null at genesis. */
        public Node parent() {
            return parent;
        }

        /** The work of its branch, its own included. */
        public BigInteger work() {
            return work;
        }

        /** Whether its transactions are here. */
        public boolean hasBody() {
            return body;
        }

        /** Whether it or an ancestor broke a rule. */
        public boolean isInvalid() {
            return invalid;
        }

        /** Its ancestor at a height, or itself; null above it. */
        public Node ancestor(int height) {
            Node node = this;
            while (node != null && node.height() > height) {
                node = node.skip != null && node.skip.height() >= height ? node.skip : node.parent;
            }
            return node != null && node.height() == height ? node : null;
        }

        private HeaderRules.Parent asParent() {
            long[] times = new long[Math.min(ConsensusParameters.MEDIAN_SPAN, height() + 1)];
            Node node = this;
            for (int i = 0; i < times.length; i++, node = node.parent) {
                times[i] = node.header.time();
            }
            return new HeaderRules.Parent(hash, height(), times);
        }

        /** The least time that a child's header may carry. */
        public long leastChildTime() {
            return asParent().medianTime() + 1;
        }
    }

    /** With genesis alone. */
    public HeaderTree(ConsensusParameters network) {
        this.network = network;
        BlockHeader header = network.genesis().header();
        this.genesis = new Node(header, header.hash(), null, Work.of(header.bits()));
        genesis.body = true;
        genesis.complete = true;
        nodes.put(genesis.hash, genesis);
        bestHeader = genesis;
        bestComplete = genesis;
    }

    /** The first header. */
    public Node genesis() {
        return genesis;
    }

    /** A header by its id. */
    public Optional<Node> node(Hash hash) {
        return Optional.ofNullable(nodes.get(hash));
    }

    /** All headers. */
    public Collection<Node> nodes() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    /** Checks a header and puts it in; one that is in already is handed out again. */
    public Verdict<Node> add(BlockHeader header, long now) {
        Hash hash = header.hash();
        Node known = nodes.get(hash);
        if (known != null) {
            return known.invalid ? Verdict.rejected(Rule.HEADER_INVALID_PARENT, "block " + hash + " broke a rule")
                    : Verdict.accepted(known);
        }
        Node parent = nodes.get(header.previous());
        if (parent == null) {
            return Verdict.rejected(Rule.HEADER_PARENT, "block " + header.previous() + " is not known");
        }
        if (parent.invalid) {
            return Verdict.rejected(Rule.HEADER_INVALID_PARENT, "block " + parent.hash + " broke a rule");
        }
        return switch (HeaderRules.check(header, parent.asParent(), now, network)) {
            case Verdict.Rejected<BlockHeader> r -> r.as();
            case Verdict.Accepted<BlockHeader> _ -> {
                Node node = new Node(header, hash, parent, parent.work.add(Work.of(header.bits())));
                nodes.put(hash, node);
                parent.children.add(node);
                if (node.work.compareTo(bestHeader.work) > 0) {
                    bestHeader = node;
                }
                yield Verdict.accepted(node);
            }
        };
    }

    /** The transactions of a header are here now. */
    public void bodyArrived(Node node) {
        node.body = true;
        Deque<Node> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Node n = open.pop();
            if (n.body && !n.complete && n.parent.complete) {
                n.complete = true;
                if (!n.invalid && n.work.compareTo(bestComplete.work) > 0) {
                    bestComplete = n;
                }
                open.addAll(n.children);
            }
        }
    }

    /** A block broke a rule: it and all that descends from it are out for good. */
    public void invalidate(Node node) {
        Deque<Node> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Node n = open.pop();
            n.invalid = true;
            open.addAll(n.children);
        }
        bestHeader = genesis;
        bestComplete = genesis;
        for (Node n : nodes.values()) {
            if (!n.invalid && n.work.compareTo(bestHeader.work) > 0) {
                bestHeader = n;
            }
            if (!n.invalid && n.complete && n.work.compareTo(bestComplete.work) > 0) {
                bestComplete = n;
            }
        }
    }

    /** The tip of the branch with the most work, whether its transactions are here or not. */
    public Node bestHeader() {
        return bestHeader;
    }

    /** The tip of the branch with the most work whose transactions are all here. */
    public Node bestComplete() {
        return bestComplete;
    }

    /** The last common ancestor of two headers. */
    public static Node fork(Node a, Node b) {
        Node x = a;
        Node y = b;
        while (x != y) {
            if (x.height() >= y.height()) {
                x = x.parent;
            } else {
                y = y.parent;
            }
        }
        return x;
    }

    /** Hashes back from a header: each of the last ten, then ever farther apart, genesis last. */
    public static List<Hash> locator(Node tip) {
        List<Hash> hashes = new ArrayList<>();
        int step = 1;
        Node node = tip;
        while (node.parent != null) {
            hashes.add(node.hash);
            if (hashes.size() >= 10) {
                step *= 2;
            }
            Node next = node.ancestor(Math.max(0, node.height() - step));
            node = next;
        }
        hashes.add(node.hash);
        return hashes;
    }
}
