package org.zennet.wallet.internal.keystore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/**
 * The keys of an unlocked wallet. Gives out public keys, signatures over 32-byte digests and the secret ends of tick
 * chains, never a money key. Derivation is BIP32 along BIP86's paths; the keys are used as they are, without BIP341's
 * tweak, since XenCoin has no script tree to commit to. Thread-safe.
 */
public final class WalletKeys implements AutoCloseable {
    /** SLIP-44's number for the coins of every test network. */
    public static final int TEST_COIN = 1;
    private static final int PURPOSE = 86;
    private static final int ACCOUNT = 0;
    private static final int PAYEES = 1;
    private static final int TICKS = 2;
    private static final int LABEL_LEVELS = 4;

    private final SignatureScheme scheme;
    private final HdKey[] chains = new HdKey[KeyRef.CHAINS];
    private final HdKey payees;
    private final Secret ticks;
    private final Map<KeyRef, PublicKey> known = new ConcurrentHashMap<>();

    /** The keys of a BIP39 seed, which may be wiped afterwards. */
    public WalletKeys(Secret seed, int coinType, SignatureScheme scheme) {
        this.scheme = scheme;
        byte[] copy = seed.copy();
        HdKey coin = HdKey.master(copy).path(hardened(PURPOSE), hardened(coinType));
        Secret.wipe(copy);
        HdKey account = coin.child(hardened(ACCOUNT));
        for (int i = 0; i < chains.length; i++) {
            chains[i] = account.child(i);
        }
        account.wipe();
        payees = coin.child(hardened(PAYEES));
        HdKey ticksKey = coin.child(hardened(TICKS));
        ticks = Secret.taking(ticksKey.secret());
        ticksKey.wipe();
        coin.wipe();
    }

    /** The x-only public key. */
    public PublicKey publicKey(KeyRef ref) {
        return known.computeIfAbsent(ref, r -> {
            byte[] secret = secret(r);
            try {
                return scheme.publicKey(secret);
            } finally {
                Secret.wipe(secret);
            }
        });
    }

    /** Signs a digest that is tagged as a signature hash or a voucher. */
    public Signature sign(KeyRef ref, Hash digest) {
        byte[] secret = secret(ref);
        try {
            return scheme.sign(secret, digest);
        } finally {
            Secret.wipe(secret);
        }
    }

    /**
     * The secret end w_n of a tick chain. Every number of the voucher goes in, so that an epoch that is used again with
     * other values, after an old backup, has another chain and reveals nothing of the first.
     */
    public Hash tickSecret(OutPoint channel, long epoch, Amount cumulative, Amount tickValue, int ticksInChain) {
        byte[] info = new Encoder().fixed("zennet tick chain 1".getBytes(StandardCharsets.US_ASCII)).fixed(channel.txid())
                .u16(channel.index()).u63(epoch).u63(cumulative.zen()).u63(tickValue.zen()).u16(ticksInChain).toBytes();
        byte[] key = ticks.copy();
        try {
            return Hash.of(KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract().addIKM(key).thenExpand(info, Hash.LENGTH)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HKDF", e);
        } finally {
            Secret.wipe(key);
        }
    }

    /** Wipes every key. */
    @Override
    public void close() {
        for (HdKey chain : chains) {
            chain.wipe();
        }
        payees.wipe();
        ticks.close();
    }

    private byte[] secret(KeyRef ref) {
        HdKey key = switch (ref) {
            case KeyRef.Numbered(int chain, int index) -> chains[chain].child(index);
            case KeyRef.Labelled(String label) -> {
                ByteBuffer hash = ByteBuffer.wrap(sha256(label.getBytes(StandardCharsets.UTF_8)));
                int[] path = new int[LABEL_LEVELS];
                for (int i = 0; i < LABEL_LEVELS; i++) {
                    path[i] = hardened(hash.getInt() & Integer.MAX_VALUE);
                }
                yield payees.path(path);
            }
        };
        byte[] secret = key.secret();
        key.wipe();
        return secret;
    }

    private static int hardened(int index) {
        return index | HdKey.HARDENED;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "WalletKeys(...)";
    }
}
