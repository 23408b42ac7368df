package org.zennet.blockchain;

import java.util.List;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * What the signatures of a transaction cover. There is one mode: the network, every outpoint, the amount and predicate
 * of every coin spent, every output, and the index of the input. The first part is hashed once for all inputs, so the
 * cost is linear; signing all spent amounts is BIP341's idea.
 *
 * <p>{@code digest(i) = H(shared || u16 i)}, {@code shared = H(genesis || u8 version || count, outpoints || spent
 * outputs || count, outputs)}, H = SHA-256 tagged {@code sighash}.
 */
public final class Sighash {
    private final byte[] shared;
    private final int inputs;

    /**
     * Of a transaction that need not be signed yet.
     *
     * @param spent the coins of the inputs, in their order
     */
    public Sighash(Hash genesis, List<OutPoint> inputs, List<Output> spent, List<Output> outputs) {
        if (inputs.size() != spent.size()) {
            throw new IllegalArgumentException(inputs.size() + " inputs, but " + spent.size() + " coins");
        }
        Encoder out = new Encoder().fixed(genesis).u8(Transaction.VERSION).length(inputs.size());
        inputs.forEach(o -> out.fixed(o.txid()).u16(o.index()));
        spent.forEach(o -> o.write(out));
        out.length(outputs.size());
        outputs.forEach(o -> o.write(out));
        this.shared = Tag.SIGHASH.hash(out.toBytes()).toBytes();
        this.inputs = inputs.size();
    }

    /** Of a transaction; its witnesses don't matter. */
    public static Sighash of(Hash genesis, Transaction transaction, List<Output> spent) {
        return new Sighash(genesis, transaction.inputs().stream().map(Input::outPoint).toList(), spent,
                transaction.outputs());
    }

    /** The digest that the signatures of one input cover. */
    public Hash digest(int input) {
        if (input < 0 || input >= inputs) {
            throw new IllegalArgumentException("no input " + input);
        }
        return Tag.SIGHASH.hash(shared, new Encoder().u16(input).toBytes());
    }
}
