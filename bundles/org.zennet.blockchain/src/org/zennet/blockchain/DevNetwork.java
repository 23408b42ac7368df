package org.zennet.blockchain;

import java.nio.charset.StandardCharsets;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;

/**
 * The published test key of every dev network. Its genesis coins belong to everybody, on purpose: they are worth
 * nothing outside of it.
 */
public final class DevNetwork {
    /** How many outputs the genesis block has. */
    public static final int COINS = 64;
    /** What each of them holds. */
    public static final Amount COIN = Amount.ofXen(1_000);
    /** The x-only public key of {@link #testSecret}. */
    public static final PublicKey TEST_KEY =
            PublicKey.ofHex("e30397fbe103f134d0f7d8cdb7a8b8c31c80a386c1f042be16474eaa35fe275c");

    private DevNetwork() { }

    /** The secret that everybody knows: SHA-256 of the ASCII text {@code zennet dev}. */
    public static byte[] testSecret() {
        return Hashes.sha256().digest("zennet dev".getBytes(StandardCharsets.US_ASCII));
    }
}
