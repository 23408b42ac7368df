package org.zennet.wallet.internal.coins;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Sighash;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.chain.ChainService.OutPoint;

/** Puts transactions together, measures and signs them. */
public final class TxBuilder {
    private static final Signature NO_SIGNATURE = Signature.of(new byte[Signature.LENGTH]);

    private TxBuilder() { }

    /**
     * A coin to spend and how.
     *
     * @param output  the coin itself: amounts and predicates are signed
     * @param signer  signs the digest of this input
     * @param witness from that signature to the witness
     */
    public record Spend(OutPoint outPoint, Output output, Function<Hash, Signature> signer,
            Function<Signature, Witness> witness) {
        private Input unsigned() {
            return new Input(outPoint, witness.apply(NO_SIGNATURE));
        }
    }

    /** The number of bytes of the transaction that {@link #sign} would make. */
    public static int size(List<Spend> spends, List<Output> outputs, List<byte[]> payloads) {
        return Transaction.of(spends.stream().map(Spend::unsigned).toList(), outputs, payloads).size();
    }

    /** The signed transaction. */
    public static Transaction sign(Hash genesis, List<Spend> spends, List<Output> outputs, List<byte[]> payloads) {
        Sighash sighash = new Sighash(genesis, spends.stream().map(Spend::outPoint).toList(),
                spends.stream().map(Spend::output).toList(), outputs);
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < spends.size(); i++) {
            Spend spend = spends.get(i);
            inputs.add(new Input(spend.outPoint(), spend.witness().apply(spend.signer().apply(sighash.digest(i)))));
        }
        return Transaction.of(inputs, outputs, payloads);
    }

    /** Inputs less outputs. */
    public static Amount fee(List<Spend> spends, List<Output> outputs) {
        long in = spends.stream().mapToLong(s -> s.output().amount().zen()).reduce(0, Math::addExact);
        return new Amount(in).minus(new Amount(outputs.stream().mapToLong(o -> o.amount().zen()).reduce(0, Math::addExact)));
    }
}
