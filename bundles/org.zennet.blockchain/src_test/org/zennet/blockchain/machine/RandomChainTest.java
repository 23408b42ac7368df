package org.zennet.blockchain.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.chain.ChainService.OutPoint;

/** Random chains: what is taken back leaves no trace, and no zen appears or vanishes. */
class RandomChainTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void disconnectingIsTheInverseOfConnectingAndMoneyIsConserved(int seed) {
        Random random = new Random(seed);
        Kit kit = new Kit(seed);
        List<Map<OutPoint, CoinEntry>> states = new ArrayList<>(List.of(new HashMap<>(kit.coins)));
        Amount burnt = Amount.ZERO;
        List<Amount> burntAt = new ArrayList<>(List.of(Amount.ZERO));
        Amount genesis = kit.unspent();
        for (int round = 0; round < 60; round++) {
            if (random.nextInt(4) == 0 && kit.height() > 3) {
                for (int depth = random.nextInt(1, 4); depth > 0; depth--) {
                    kit.disconnect();
                    states.removeLast();
                    burntAt.removeLast();
                    assertEquals(states.getLast(), kit.coins);
                }
                burnt = burntAt.getLast();
            } else {
                BlockRules.Connected effect = kit.connect(kit.block(random.nextInt(5), transactions(kit, random)));
                burnt = burnt.plus(effect.burnt());
                states.add(new HashMap<>(kit.coins));
                burntAt.add(burnt);
            }
            assertEquals(genesis.plus(Emission.total(kit.height())), kit.unspent().plus(burnt));
        }
    }

    private static Transaction[] transactions(Kit kit, Random random) {
        CoinView.Overlay overlay = new CoinView.Overlay(kit.view);
        List<OutPoint> known = new ArrayList<>(kit.coins.keySet());
        known.sort(Comparator.comparing(OutPoint::txid).thenComparing(OutPoint::index));
        List<Transaction> made = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            OutPoint coin = known.get(random.nextInt(known.size()));
            CoinEntry entry = overlay.coin(coin).orElse(null);
            if (entry == null || entry.coinbase() && kit.height() + 1 - entry.height() < 2 || entry.output().amount().zen() < 10_000_000) {
                continue;
            }
            List<byte[]> payloads = new ArrayList<>();
            List<Output> outputs = new ArrayList<>();
            for (int o = random.nextInt(3); o > 0; o--) {
                Amount part = new Amount(1_000_000 + random.nextInt(1_000_000));
                switch (random.nextInt(3)) {
                    case 0 -> outputs.add(new Output(part, Kit.to(random.nextInt(5))));
                    case 1 -> outputs.add(new Output(part, new Predicate.Channel(Kit.key(1), Kit.key(2), kit.height())));
                    default -> {
                        byte[] payload = {(byte) o, 1};
                        payloads.add(payload);
                        outputs.add(new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(3), kit.height() + 11 + random.nextInt(9), payload)));
                    }
                }
            }
            Amount spent = outputs.stream().map(Output::amount).reduce(new Amount(2_000 + random.nextInt(100)), Amount::plus);
            outputs.add(new Output(entry.output().amount().minus(spent), Kit.to(random.nextInt(5))));
            Transaction t = kit.sign(overlay, List.of(coin), outputs, payloads, signer(entry.output().predicate()));
            TransactionRules.apply(t, List.of(entry), kit.height() + 1, overlay);
            for (int o = 0; o < outputs.size(); o++) {
                known.add(t.outPoint(o));
            }
            made.add(t);
        }
        return made.toArray(Transaction[]::new);
    }

    private static Kit.Signer signer(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Key key -> {
                int n = 0;
                while (!Kit.key(n).equals(key.key())) {
                    n++;
                }
                yield Kit.by(n);
            }
            case Predicate.Channel _ -> d -> new Witness.ChannelRefund(Kit.SCHEME.sign(Kit.secret(1), d));
            case Predicate.Announce _ -> d -> new Witness.AnnounceOwner(Kit.SCHEME.sign(Kit.secret(3), d));
        };
    }

    @Test
    void aChainOfTheSameSaltHasTheSameGenesis() {
        assertEquals(new Kit(7).genesis(), new Kit(7).genesis());
        assertEquals(GENESIS, ConsensusParameters.dev(org.zennet.api.value.Hash.of(new byte[32])).genesisHash().toHex());
    }

    private static final String GENESIS = "c64b45a9d2fb2bed7897b2a0dc0b252d59e4760cd818ae8aa73aea7a66907750";
}
