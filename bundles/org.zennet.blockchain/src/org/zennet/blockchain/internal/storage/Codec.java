package org.zennet.blockchain.internal.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.machine.BlockRules.Spent;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.services.chain.ChainService.OutPoint;

/** How coins and undo records are stored. */
final class Codec {
    private static final int MAX_SPENT = 1 << 20;

    private Codec() { }

    /** A block's undo record. */
    record Undo(Hash block, List<Spent> spent) { }

    static byte[] coin(CoinEntry coin) {
        Encoder out = new Encoder();
        write(out, coin);
        return out.toBytes();
    }

    static CoinEntry coin(byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        CoinEntry coin = readCoin(in);
        in.end();
        return coin;
    }

    static byte[] undo(Undo undo) {
        Encoder out = new Encoder().u16(Tag.UNDO.code()).fixed(undo.block()).length(undo.spent().size());
        for (Spent spent : undo.spent()) {
            out.fixed(spent.outPoint().txid()).u16(spent.outPoint().index());
            write(out, spent.coin());
        }
        return out.toBytes();
    }

    static Undo undo(byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        if (in.u16() != Tag.UNDO.code()) {
            throw in.fail("this is no undo record");
        }
        Hash block = in.hash();
        List<Spent> spent = new ArrayList<>();
        for (int left = in.length(MAX_SPENT); left > 0; left--) {
            spent.add(new Spent(new OutPoint(in.hash(), in.u16()), readCoin(in)));
        }
        in.end();
        return new Undo(block, spent);
    }

    private static void write(Encoder out, CoinEntry coin) {
        coin.output().write(out);
        out.u32(coin.height()).bool(coin.coinbase()).bool(coin.announced().isPresent());
        coin.announced().ifPresent(a -> out.fixed(a.id().txid()).u16(a.id().index())
                .bytes(a.payload(), Predicate.Announce.MAX_PAYLOAD));
    }

    private static CoinEntry readCoin(Decoder in) throws EncodingException {
        return new CoinEntry(Output.read(in), (int) in.u32(), in.bool(), in.bool()
                ? Optional.of(new CoinEntry.Announced(new OutPoint(in.hash(), in.u16()), in.bytes(Predicate.Announce.MAX_PAYLOAD)))
                : Optional.empty());
    }
}
