package org.zennet.wallet.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.zennet.blockchain.Predicate;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.store.DurableStore;
import org.zennet.wallet.internal.channels.Channels;
import org.zennet.wallet.internal.coins.Follower;
import org.zennet.wallet.internal.coins.Wallet;
import org.zennet.wallet.internal.keystore.Mnemonic;
import org.zennet.wallet.internal.keystore.Secret;
import org.zennet.wallet.internal.keystore.WalletKeys;

/** One process with a wallet: put together by hand, and started again over a copy of its files as they are after a crash. */
public final class Party {
    public final ManualWorker worker = new ManualWorker();
    public final Wallet wallet;
    public final Channels channels;
    public final Follower follower;
    public final DurableStore store;
    public final WalletKeys keys;
    private final SignatureScheme scheme;
    private final ChainService chain;
    private final Path file;
    private final byte[] entropy;

    public Party(ChainService chain, SignatureScheme scheme, Path file, int who) {
        this(chain, scheme, file, entropy(who), Optional.empty());
    }

    private Party(ChainService chain, SignatureScheme scheme, Path file, byte[] entropy, Optional<Predicate.Key> payout) {
        this.chain = chain;
        this.scheme = scheme;
        this.file = file;
        this.entropy = entropy;
        this.keys = new WalletKeys(Mnemonic.seed(Mnemonic.words(entropy), ""), WalletKeys.TEST_COIN, scheme);
        this.store = DurableStore.open(file, 1);
        this.wallet = new Wallet(chain, scheme, keys, store, () -> Instant.ofEpochSecond(1_767_225_600L), new Random(entropy[0] % 10), worker);
        this.channels = new Channels(chain, scheme, keys, wallet, store, worker, worker, payout);
        this.follower = wallet.follower();
        look();
    }

    private static byte[] entropy(int who) {
        byte[] entropy = new byte[16];
        java.util.Arrays.fill(entropy, (byte) who);
        return entropy;
    }

    /** What a process does when it hears of a block. */
    public void look() {
        wallet.chainChanged();
        follower.follow();
        channels.sightAll();
        wallet.chainChanged();
        worker.runDue();
    }

    /** Lets the group commit happen. */
    public void second() {
        worker.advance(Duration.ofSeconds(1));
    }

    /** The process was killed: another one over what was synced until now. The old one must not be used any more. */
    public Party crash() throws Exception {
        Path copy = file.resolveSibling(file.getFileName() + "x");
        Files.copy(file, copy);
        return new Party(chain, scheme, copy, entropy, Optional.empty());
    }

    /** The words alone, on another machine. */
    public Party restored() {
        return new Party(chain, scheme, file.resolveSibling(file.getFileName() + "-restored"), entropy, Optional.empty());
    }

    /** Takes test coins and waits for a block. */
    public Party rich(FakeChain on) throws Rejected {
        wallet.takeTestCoins();
        on.mine();
        look();
        return this;
    }

    /** The sum of its history. */
    public long historySum() {
        return wallet.history(Integer.MAX_VALUE).stream().mapToLong(e -> e.deltaZen()).sum();
    }

    public static List<String> words(int who) {
        return Mnemonic.words(entropy(who));
    }

    public static Secret seed(int who) {
        return Mnemonic.seed(words(who), "");
    }
}
