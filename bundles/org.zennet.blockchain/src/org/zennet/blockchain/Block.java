package org.zennet.blockchain;

import java.util.ArrayList;
import java.util.List;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/** A header and its transactions, the reward first. Immutable; encoded as u16 tag, header, count, transactions. */
public final class Block {
    /** The most bytes of transactions, payloads of announcements apart. */
    public static final int MAX_TRANSACTION_BYTES = 1_000_000;
    /** The most bytes of payloads. */
    public static final int MAX_PAYLOAD_BYTES = 16_384;
    /** The most bytes of a whole block. */
    public static final int MAX_BYTES = MAX_TRANSACTION_BYTES + MAX_PAYLOAD_BYTES + 1_024;
    private static final int MAX_TRANSACTIONS = 20_000;

    private final BlockHeader header;
    private final List<Transaction> transactions;
    private final Hash hash;

    /** Of a header and transactions that need not fit each other. */
    public Block(BlockHeader header, List<Transaction> transactions) {
        this.header = header;
        this.transactions = List.copyOf(transactions);
        this.hash = header.hash();
    }

    /** The root that a header of these transactions has to carry. */
    public static Hash txRoot(List<Transaction> transactions) {
        return MerkleTree.root(transactions.stream().map(t -> MerkleTree.leaf(leaf(t))).toList());
    }

    /** The 64 bytes of a transaction's leaf: id and witness hash. */
    public static byte[] leaf(Transaction transaction) {
        return new Encoder().fixed(transaction.txid()).fixed(transaction.witnessHash()).toBytes();
    }

    /** Reads a whole block: canonical bytes or nothing. */
    public static Block parse(byte[] bytes) throws EncodingException {
        if (bytes.length > MAX_BYTES) {
            throw new EncodingException("a block has at most " + MAX_BYTES + " bytes, not " + bytes.length);
        }
        Decoder in = new Decoder(bytes);
        if (in.u16() != Tag.BLOCK.code()) {
            throw in.fail("this is not a block");
        }
        BlockHeader header = BlockHeader.read(in);
        List<Transaction> transactions = new ArrayList<>();
        for (int left = in.length(MAX_TRANSACTIONS); left > 0; left--) {
            transactions.add(Transaction.read(in));
        }
        in.end();
        return new Block(header, transactions);
    }

    /** The canonical bytes. */
    public byte[] toBytes() {
        Encoder out = new Encoder().u16(Tag.BLOCK.code()).fixed(header.toBytes()).length(transactions.size());
        transactions.forEach(t -> out.fixed(t.toBytes()));
        return out.toBytes();
    }

    /** Its header. */
    public BlockHeader header() {
        return header;
    }

    /** Its transactions, the reward first. */
    public List<Transaction> transactions() {
        return transactions;
    }

    /** Its id, {@link BlockHeader#hash}. */
    public Hash hash() {
        return hash;
    }

    /** Its height, as its header says. */
    public int height() {
        return header.height();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Block b && b.hash.equals(hash) && b.transactions.equals(transactions);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return "block " + header.height() + " " + hash.toHex();
    }
}
