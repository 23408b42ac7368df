package org.zennet.blockchain;

import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;

/**
 * What work is done on: {@value #BYTES} bytes.
 *
 * @param version  {@value #VERSION}
 * @param previous the block before; in a genesis block, the hash tagged {@code genesis} of kind and salt
 * @param txRoot   {@link MerkleTree#root} over txid and witness hash of every transaction
 * @param auxRoot  all zero: nothing is committed there yet
 * @param height   of the block; genesis is 0
 * @param time     seconds since 1970
 * @param bits     the target, in Bitcoin's compact form
 * @param nonce    any
 */
public record BlockHeader(int version, Hash previous, Hash txRoot, Hash auxRoot, int height, long time, int bits,
        long nonce) {
    /** The only version. */
    public static final int VERSION = 1;
    /** The length of the encoding. */
    public static final int BYTES = 124;
    /** The offset of the nonce in the encoding. */
    public static final int NONCE_OFFSET = 116;
    /** The only {@link #auxRoot}. */
    public static final Hash NO_AUX = Hash.of(new byte[Hash.LENGTH]);

    /** The canonical bytes. */
    public byte[] toBytes() {
        return new Encoder().u32(version).fixed(previous).fixed(txRoot).fixed(auxRoot).u32(height).u63(time)
                .u32(bits & 0xFFFF_FFFFL).raw64(nonce).toBytes();
    }

    /** Reads what {@link #toBytes} wrote, out of something longer. */
    public static BlockHeader read(Decoder in) throws EncodingException {
        int version = height(in);
        return new BlockHeader(version, in.hash(), in.hash(), in.hash(), height(in), in.u63(), (int) in.u32(),
                in.raw64());
    }

    /** Reads exactly one header. */
    public static BlockHeader parse(byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        BlockHeader header = read(in);
        in.end();
        return header;
    }

    /** The block's id: SHA-256 twice over the header. */
    public Hash hash() {
        return Hashes.sha256d(toBytes());
    }

    /** The same with another nonce. */
    public BlockHeader withNonce(long other) {
        return new BlockHeader(version, previous, txRoot, auxRoot, height, time, bits, other);
    }

    private static int height(Decoder in) throws EncodingException {
        long value = in.u32();
        if (value > Integer.MAX_VALUE) {
            throw in.fail("a number is above 2^31-1");
        }
        return (int) value;
    }
}
