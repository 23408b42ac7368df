package org.zennet.wallet.internal.coins;

import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.DevNetwork;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Witness;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.Coin;
import org.zennet.services.crypto.SignatureScheme;

/**
 * Takes genesis coins of a dev network, whose key everybody has. Several wallets may reach for them at once: each takes a
 * random one, and another one when it was beaten, be it by its own node's mempool or by a block.
 */
final class TestCoins {
    private static final Logger LOG = LoggerFactory.getLogger(TestCoins.class);
    private static final int TRIES = 5;
    private final ChainService chain;
    private final SignatureScheme scheme;
    private final RandomGenerator random;
    private final Taker taker;

    /** Brings a coin home; told how many tries are left, so that a coin that is lost later is not tried for ever. */
    interface Taker {
        Hash take(TxBuilder.Spend spend, int triesLeft) throws Rejected;
    }

    TestCoins(ChainService chain, SignatureScheme scheme, RandomGenerator random, Taker taker) {
        this.chain = chain;
        this.scheme = scheme;
        this.random = random;
        this.taker = taker;
    }

    Hash take() throws Rejected {
        return take(TRIES);
    }

    /** A transaction of this wallet can never be confirmed: if it took a test coin, takes another one. */
    void lost(StoredTx lost) {
        if (lost.purpose() > 1) {
            try {
                take(lost.purpose() - 1);
            } catch (Rejected e) {
                LOG.warn("no other test coin: {}", e.getMessage());
            }
        }
    }

    private Hash take(int tries) throws Rejected {
        String kind = chain.parameters().kind();
        if (!kind.equals("dev")) {
            throw new Rejected("there are test coins on a dev network only, this is '" + kind + "'");
        }
        Predicate.Key everybody = new Predicate.Key(DevNetwork.TEST_KEY);
        Rejected last = new Rejected("all test coins of this network are taken: ask somebody for coins, or mine some");
        for (int left = tries; left > 0; left--) {
            List<Coin> coins = chain.coinsOf(List.of(everybody.toBytes()));
            if (coins.isEmpty()) {
                break;
            }
            Coin coin = coins.get(random.nextInt(coins.size()));
            try {
                return taker.take(new TxBuilder.Spend(coin.outPoint(), new Output(coin.amount(), everybody),
                        digest -> scheme.sign(DevNetwork.testSecret(), digest), Witness.KeyWitness::new), left);
            } catch (Rejected e) {
                last = e;
            }
        }
        throw last;
    }
}
