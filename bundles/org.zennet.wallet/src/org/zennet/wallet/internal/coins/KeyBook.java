package org.zennet.wallet.internal.coins;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.Predicate;
import org.zennet.store.DurableStore.DurableMap;
import org.zennet.store.StoreException;
import org.zennet.wallet.internal.keystore.KeyRef;
import org.zennet.wallet.internal.keystore.KeyRef.Numbered;
import org.zennet.wallet.internal.keystore.WalletKeys;

/**
 * Which numbered keys are in use, and which a restored wallet looks for: on each chain all that were handed out and
 * {@value #GAP} more. Guarded by the wallet's lock; changes are durable after the store's next commit.
 */
final class KeyBook {
    /** BIP44's gap: a wallet restored from words finds coins as long as fewer keys than this were skipped. */
    static final int GAP = 20;
    private static final String OWNER = "owner";
    private final WalletKeys keys;
    private final DurableMap meta;
    private final int[] next = new int[KeyRef.CHAINS];
    private final int[] known = new int[KeyRef.CHAINS];
    private final Map<PublicKey, Numbered> byKey = new HashMap<>();
    private volatile List<byte[]> predicates = List.of();

    KeyBook(WalletKeys keys, DurableMap meta) {
        this.keys = keys;
        this.meta = meta;
        byte[] owner = keys.publicKey(new Numbered(KeyRef.RECEIVE, 0)).toBytes();
        byte[] before = meta.get(OWNER).orElse(owner);
        if (!Arrays.equals(owner, before)) {
            throw new StoreException("the wallet's books were kept for other words than those of the keystore: move wallet.mv away"
                    + " (channels that were paid on are in it), or bring the other keystore back");
        }
        meta.put(OWNER, owner);
        for (int chain = 0; chain < next.length; chain++) {
            next[chain] = meta.get(name(chain)).map(b -> ByteBuffer.wrap(b).getInt()).orElse(0);
            extend(chain);
        }
    }

    /** A key that was never handed out. */
    Numbered fresh(int chain) {
        Numbered ref = new Numbered(chain, next[chain]);
        used(ref);
        return ref;
    }

    /** Says that a key was seen in use. */
    void used(Numbered ref) {
        if (ref.index() >= next[ref.chain()]) {
            next[ref.chain()] = ref.index() + 1;
            meta.put(name(ref.chain()), ByteBuffer.allocate(Integer.BYTES).putInt(next[ref.chain()]).array());
            extend(ref.chain());
        }
    }

    PublicKey publicKey(KeyRef ref) {
        return keys.publicKey(ref);
    }

    /** Whose key it is, if it is one of this wallet's numbered ones. */
    Optional<Numbered> find(PublicKey key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** The KEY predicates of all keys, canonical bytes. Safe to read without the lock. */
    List<byte[]> predicates() {
        return predicates;
    }

    private void extend(int chain) {
        List<byte[]> all = new ArrayList<>(predicates);
        for (; known[chain] < next[chain] + GAP; known[chain]++) {
            Numbered ref = new Numbered(chain, known[chain]);
            PublicKey key = keys.publicKey(ref);
            byKey.put(key, ref);
            all.add(new Predicate.Key(key).toBytes());
        }
        predicates = List.copyOf(all);
    }

    private static String name(int chain) {
        return "next." + chain;
    }
}
