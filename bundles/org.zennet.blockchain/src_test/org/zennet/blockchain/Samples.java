package org.zennet.blockchain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.chain.ChainService.OutPoint;

/** Random values that have an encoding, valid or not. */
public final class Samples {
    private Samples() { }

    public static byte[] bytes(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    static Hash hash(RandomGenerator random) {
        return Hash.of(bytes(random, 32));
    }

    static PublicKey key(RandomGenerator random) {
        return PublicKey.of(bytes(random, 32));
    }

    static Signature signature(RandomGenerator random) {
        return Signature.of(bytes(random, 64));
    }

    static Amount amount(RandomGenerator random) {
        return new Amount(random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63));
    }

    static Predicate predicate(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> new Predicate.Key(key(random));
            case 1 -> new Predicate.Channel(key(random), key(random), random.nextInt(Integer.MAX_VALUE));
            default -> Predicate.Announce.of(key(random), random.nextInt(Integer.MAX_VALUE), bytes(random, 1 + random.nextInt(256)));
        };
    }

    static Witness witness(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Witness.KeyWitness(signature(random));
            case 1 -> new Witness.ChannelSettle(signature(random), signature(random), amount(random), hash(random), amount(random),
                    random.nextInt(65536), random.nextBoolean() ? Optional.empty()
                            : Optional.of(new Witness.Tail(random.nextInt(65536), hash(random))), random.nextInt(65536));
            case 2 -> new Witness.ChannelBoth(signature(random), signature(random));
            case 3 -> new Witness.ChannelRefund(signature(random));
            default -> new Witness.AnnounceOwner(signature(random));
        };
    }

    static Transaction transaction(RandomGenerator random) {
        List<Output> outputs = new ArrayList<>();
        List<byte[]> payloads = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Predicate predicate = predicate(random);
            outputs.add(new Output(amount(random), predicate));
            if (predicate instanceof Predicate.Announce a) {
                payloads.add(bytes(random, a.size()));
            }
        }
        List<Input> inputs = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            inputs.add(new Input(new OutPoint(hash(random), random.nextInt(65536)), witness(random)));
        }
        return Transaction.of(inputs, outputs, payloads);
    }

    static BlockHeader header(RandomGenerator random) {
        return new BlockHeader(random.nextInt(Integer.MAX_VALUE), hash(random), hash(random), hash(random),
                random.nextInt(Integer.MAX_VALUE), random.nextLong(Long.MAX_VALUE), random.nextInt(), random.nextLong());
    }
}
