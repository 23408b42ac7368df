package org.zennet.wallet.internal.coins;

import java.util.List;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Transaction;
import org.zennet.store.StoreException;

/**
 * A transaction that moves coins of this wallet, as it is stored.
 *
 * @param at            when it was first seen, or its block's time; seconds since 1970
 * @param heightPlusOne height of its block and one, 0 while it waits
 * @param status        whether it counts
 * @param own           built here
 * @param purpose       for a test coin, how many tries are left when it is lost; else {@link #NO_PURPOSE}
 * @param lines         what it did, for people; their sum is what it adds to the wallet's coins
 */
record StoredTx(int version, Hash txid, @Limit(100_000) byte[] raw, long at, int heightPlusOne, Status status, boolean own,
        int purpose, @Limit(10) List<Line> lines) {
    static final int VERSION = 1;
    static final int NO_PURPOSE = 0;

    /** Where it stands. The order is part of the stored encoding. */
    enum Status { WAITING, CONFIRMED, DROPPED }

    /** One line of history: a kind, a sum with its sign, a note. */
    record Line(@Limit(40) String kind, boolean minus, Amount amount, @Limit(300) String note) {
        static Line of(String kind, long delta, String note) {
            return new Line(kind, delta < 0, new Amount(Math.abs(delta)), note);
        }

        long delta() {
            return minus ? -amount.zen() : amount.zen();
        }
    }

    StoredTx {
        if (version != VERSION) {
            throw new IllegalArgumentException("unknown version of a stored transaction: " + version);
        }
    }

    int height() {
        return heightPlusOne - 1;
    }

    boolean counts() {
        return status != Status.DROPPED;
    }

    boolean waits() {
        return status == Status.WAITING;
    }

    StoredTx confirmed(int height, long time) {
        return new StoredTx(VERSION, txid, raw, time, height + 1, Status.CONFIRMED, own, purpose, lines);
    }

    StoredTx waiting() {
        return new StoredTx(VERSION, txid, raw, at, 0, Status.WAITING, own, purpose, lines);
    }

    StoredTx dropped() {
        return new StoredTx(VERSION, txid, raw, at, 0, Status.DROPPED, own, purpose, lines);
    }

    Transaction transaction() {
        try {
            return Transaction.parse(raw);
        } catch (EncodingException e) {
            throw new StoreException("the wallet's store is damaged: transaction " + txid + ": " + e.getMessage(), e);
        }
    }

    byte[] encode() {
        Encoder out = new Encoder();
        Records.write(out, this);
        return out.toBytes();
    }

    static StoredTx decode(byte[] bytes) {
        try {
            Decoder in = new Decoder(bytes);
            StoredTx tx = Records.read(in, StoredTx.class);
            in.end();
            return tx;
        } catch (EncodingException e) {
            throw new StoreException("the wallet's store is damaged: " + e.getMessage(), e);
        }
    }
}
