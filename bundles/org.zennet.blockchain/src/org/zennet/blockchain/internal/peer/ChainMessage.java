package org.zennet.blockchain.internal.peer;

import java.util.List;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.Transaction;

/** The messages of {@code chain/1}: u16 tag, u8 kind, the record's components. */
public sealed interface ChainMessage {
    /** The most headers in one message. */
    int MAX_HEADERS = 2_000;
    /** The most ids in one message. */
    int MAX_IDS = 1_000;
    /** The most blocks asked for in one message. */
    int MAX_BLOCKS = 8;
    /** The most hashes of a locator. */
    int MAX_LOCATOR = 64;

    /**
     * The first message of each side.
     *
     * @param genesis which chain
     * @param height  of the sender's tip
     * @param work    of the sender's best chain, 256 bits big-endian
     */
    record Hello(Hash genesis, int height, Hash work) implements ChainMessage { }

    /** Asks for headers after the first hash that the other knows on its best chain. */
    record GetHeaders(@Limit(MAX_LOCATOR) List<Hash> locator) implements ChainMessage { }

    /** Headers in order: an answer, or unasked a new tip. */
    record Headers(boolean answer, @Limit(value = MAX_HEADERS, each = BlockHeader.BYTES) List<byte[]> headers)
            implements ChainMessage { }

    /** Asks for blocks. */
    record GetBlocks(@Limit(MAX_BLOCKS) List<Hash> hashes) implements ChainMessage { }

    /** A block. */
    record BlockData(@Limit(Block.MAX_BYTES) byte[] block) implements ChainMessage { }

    /** A block that was asked for and is not here. */
    record NoBlock(Hash hash) implements ChainMessage { }

    /** Ids of transactions that wait at the sender's. */
    record Inventory(@Limit(MAX_IDS) List<Hash> txids) implements ChainMessage { }

    /** Asks for transactions. */
    record GetTransactions(@Limit(MAX_IDS) List<Hash> txids) implements ChainMessage { }

    /** A transaction. */
    record TransactionData(@Limit(Transaction.MAX_BYTES) byte[] transaction) implements ChainMessage { }

    /** The kinds, by their number. Codes are never re-used. */
    List<Class<? extends Record>> KINDS = List.of(Hello.class, GetHeaders.class, Headers.class, GetBlocks.class, BlockData.class,
            NoBlock.class, Inventory.class, GetTransactions.class, TransactionData.class);

    /** The canonical bytes. */
    default byte[] toBytes() {
        Encoder out = new Encoder().u16(Tag.CHAIN_PEER.code()).u8(KINDS.indexOf(getClass()));
        Records.write(out, (Record) this);
        return out.toBytes();
    }

    /** Reads a message: canonical bytes or nothing. */
    static ChainMessage parse(byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        if (in.u16() != Tag.CHAIN_PEER.code()) {
            throw in.fail("this is no message of the chain");
        }
        int kind = in.u8();
        if (kind >= KINDS.size()) {
            throw in.fail("unknown kind of message " + kind);
        }
        ChainMessage message = (ChainMessage) Records.read(in, KINDS.get(kind));
        in.end();
        return message;
    }
}
