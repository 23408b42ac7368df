package org.zennet.blockchain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * A transfer: coins spent, outputs made, and beside them the witnesses and the payloads of announcements. Immutable. A
 * transaction without inputs is a block's reward and carries the block's height, which makes its id unique.
 *
 * <p>Encoding: u16 tag, u8 version, count of inputs, outpoints (or u32 height when there are none), count of outputs,
 * outputs; then the witnesses, then one length-prefixed payload for each output that announces. The id covers the part
 * before the witnesses; payloads are covered by the predicates' hashes.
 */
public final class Transaction {
    /** The only version. */
    public static final int VERSION = 1;
    /** The most bytes of a whole transaction. */
    public static final int MAX_BYTES = 100_000;
    /** The most inputs. */
    public static final int MAX_INPUTS = 1_000;
    /** The most outputs. */
    public static final int MAX_OUTPUTS = 1_000;

    private final int height;
    private final List<Input> inputs;
    private final List<Output> outputs;
    private final List<byte[]> payloads;
    private final byte[] encoded;
    private final Hash txid;
    private final Hash witnessHash;

    private Transaction(int height, List<Input> inputs, List<Output> outputs, List<byte[]> payloads) {
        this.height = height;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.payloads = payloads.stream().map(byte[]::clone).toList();
        long announced = this.outputs.stream().filter(o -> o.predicate() instanceof Predicate.Announce).count();
        if (announced != payloads.size()) {
            throw new IllegalArgumentException(announced + " announcements, but " + payloads.size() + " payloads");
        }
        Encoder body = new Encoder().u16(Tag.TRANSACTION.code()).u8(VERSION);
        body.length(within(this.inputs.size(), MAX_INPUTS, "inputs"));
        if (this.inputs.isEmpty()) {
            body.u32(height);
        }
        this.inputs.forEach(i -> body.fixed(i.outPoint().txid()).u16(i.outPoint().index()));
        body.length(within(this.outputs.size(), MAX_OUTPUTS, "outputs"));
        this.outputs.forEach(o -> o.write(body));
        Encoder witnesses = new Encoder();
        this.inputs.forEach(i -> i.witness().write(witnesses));
        byte[] witnessBytes = witnesses.toBytes();
        byte[] bodyBytes = body.toBytes();
        this.txid = Tag.TRANSACTION.hash(bodyBytes);
        this.witnessHash = Tag.WITNESS.hash(witnessBytes);
        Encoder all = new Encoder().fixed(bodyBytes).fixed(witnessBytes);
        this.payloads.forEach(p -> all.bytes(p, Predicate.Announce.MAX_PAYLOAD));
        this.encoded = all.toBytes();
        within(encoded.length, MAX_BYTES, "bytes");
    }

    /** A transfer without announcements. */
    public static Transaction of(List<Input> inputs, List<Output> outputs) {
        return of(inputs, outputs, List.of());
    }

    /**
     * A transfer.
     *
     * @param payloads one for each output that announces, in their order
     * @throws IllegalArgumentException when it has no inputs or is above a limit
     */
    public static Transaction of(List<Input> inputs, List<Output> outputs, List<byte[]> payloads) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("a transaction without inputs is a block reward");
        }
        return new Transaction(-1, inputs, outputs, payloads);
    }

    /** The reward of the block at a height. */
    public static Transaction coinbase(int height, List<Output> outputs) {
        if (height < 0) {
            throw new IllegalArgumentException("a height lies between 0 and 2^31-1: " + height);
        }
        return new Transaction(height, List.of(), outputs, List.of());
    }

    /** Reads a whole transaction: canonical bytes or nothing. */
    public static Transaction parse(byte[] bytes) throws EncodingException {
        if (bytes.length > MAX_BYTES) {
            throw new EncodingException("a transaction has at most " + MAX_BYTES + " bytes, not " + bytes.length);
        }
        Decoder in = new Decoder(bytes);
        Transaction transaction = read(in);
        in.end();
        return transaction;
    }

    /** Reads one transaction out of a block. */
    public static Transaction read(Decoder in) throws EncodingException {
        if (in.u16() != Tag.TRANSACTION.code()) {
            throw in.fail("this is not a transaction");
        }
        int version = in.u8();
        if (version != VERSION) {
            throw in.fail("unknown version of a transaction: " + version);
        }
        int count = in.length(MAX_INPUTS);
        long height = count == 0 ? in.u32() : -1;
        if (height > Integer.MAX_VALUE) {
            throw in.fail("a height is above 2^31-1");
        }
        List<OutPoint> spent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            spent.add(new OutPoint(in.hash(), in.u16()));
        }
        List<Output> outputs = new ArrayList<>();
        for (int left = in.length(MAX_OUTPUTS); left > 0; left--) {
            outputs.add(Output.read(in));
        }
        List<Input> inputs = new ArrayList<>();
        for (OutPoint outPoint : spent) {
            inputs.add(new Input(outPoint, Witness.read(in)));
        }
        List<byte[]> payloads = new ArrayList<>();
        for (Output output : outputs) {
            if (output.predicate() instanceof Predicate.Announce) {
                payloads.add(in.bytes(Predicate.Announce.MAX_PAYLOAD));
            }
        }
        try {
            return new Transaction((int) height, inputs, outputs, payloads);
        } catch (IllegalArgumentException e) {
            throw in.fail(e.getMessage());
        }
    }

    /** The canonical bytes. */
    public byte[] toBytes() {
        return encoded.clone();
    }

    /** The number of canonical bytes. */
    public int size() {
        return encoded.length;
    }

    /** Its id: the hash tagged {@code tx} of all but witnesses and payloads. */
    public Hash txid() {
        return txid;
    }

    /** The hash tagged {@code witness} of all witnesses. */
    public Hash witnessHash() {
        return witnessHash;
    }

    /** The coins spent. */
    public List<Input> inputs() {
        return inputs;
    }

    /** The outputs made. */
    public List<Output> outputs() {
        return outputs;
    }

    /** The payloads of the outputs that announce, in their order. Not to be changed. */
    public List<byte[]> payloads() {
        return payloads;
    }

    /** Whether it is a block's reward. */
    public boolean isCoinbase() {
        return inputs.isEmpty();
    }

    /** The height of the block that it rewards, or -1. */
    public int coinbaseHeight() {
        return height;
    }

    /** The outpoint of one of its outputs. */
    public OutPoint outPoint(int output) {
        return new OutPoint(txid, output);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Transaction t && Arrays.equals(encoded, t.encoded);
    }

    @Override
    public int hashCode() {
        return txid.hashCode();
    }

    @Override
    public String toString() {
        return "tx:" + txid.toHex();
    }

    private static int within(int count, int limit, String what) {
        if (count > limit) {
            throw new IllegalArgumentException("a transaction has at most " + limit + " " + what + ", not " + count);
        }
        return count;
    }
}
