package org.zennet.blockchain;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.zennet.api.value.Hash;

/**
 * The hash tree of RFC 6962 section 2.1: SHA-256 with prefix 0 for leaves and 1 for nodes, so that no leaf passes for a
 * node and no list of leaves has the root of another.
 */
public final class MerkleTree {
    private MerkleTree() { }

    /** The hash of a leaf's bytes. */
    public static Hash leaf(byte[] bytes) {
        MessageDigest digest = Hashes.sha256();
        digest.update((byte) 0);
        return Hash.of(digest.digest(bytes));
    }

    /** The root over the hashes of leaves; of none, SHA-256 of nothing. */
    public static Hash root(List<Hash> leaves) {
        return switch (leaves.size()) {
            case 0 -> Hash.of(Hashes.sha256().digest());
            case 1 -> leaves.getFirst();
            default -> {
                int split = split(leaves.size());
                yield node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
            }
        };
    }

    /** The audit path of a leaf, lowest sibling first. */
    public static List<Hash> proof(List<Hash> leaves, int index) {
        if (index < 0 || index >= leaves.size()) {
            throw new IllegalArgumentException("no leaf " + index + " among " + leaves.size());
        }
        List<Hash> path = new ArrayList<>();
        collect(leaves, index, path);
        return path;
    }

    /** Whether a path proves a leaf's hash to be the one at an index of a tree of some size and root. */
    public static boolean verify(Hash leaf, long index, long size, List<Hash> path, Hash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        // RFC 9162 section 2.1.3.2
        long fn = index;
        long sn = size - 1;
        Hash r = leaf;
        for (Hash p : path) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                r = node(p, r);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = node(r, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && r.equals(root);
    }

    private static void collect(List<Hash> leaves, int index, List<Hash> path) {
        if (leaves.size() == 1) {
            return;
        }
        int split = split(leaves.size());
        List<Hash> left = leaves.subList(0, split);
        List<Hash> right = leaves.subList(split, leaves.size());
        if (index < split) {
            collect(left, index, path);
            path.add(root(right));
        } else {
            collect(right, index - split, path);
            path.add(root(left));
        }
    }

    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    private static Hash node(Hash left, Hash right) {
        MessageDigest digest = Hashes.sha256();
        digest.update((byte) 1);
        digest.update(left.toBytes());
        return Hash.of(digest.digest(right.toBytes()));
    }
}
