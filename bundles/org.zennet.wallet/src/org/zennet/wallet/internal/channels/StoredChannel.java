package org.zennet.wallet.internal.channels;

import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Records;
import org.zennet.services.wallet.ChannelService.Role;
import org.zennet.store.StoreException;
import org.zennet.wallet.machine.PayeeChannel;
import org.zennet.wallet.machine.PayerChannel;

/**
 * One channel's end as it is stored.
 *
 * @param number in the order of opening
 * @param state  the machine's state with its tag
 */
record StoredChannel(int version, long number, Role role, @Limit(300_000) byte[] state) {
    private static final int VERSION = 1;

    StoredChannel {
        if (version != VERSION) {
            throw new IllegalArgumentException("unknown version of a stored channel: " + version);
        }
    }

    static byte[] encode(long number, Record state) {
        Role role = state instanceof PayerChannel ? Role.PAYER : Role.PAYEE;
        Encoder out = new Encoder();
        Records.write(out, new StoredChannel(VERSION, number, role, Records.encode(state)));
        return out.toBytes();
    }

    static StoredChannel decode(String name, byte[] bytes) {
        try {
            Decoder in = new Decoder(bytes);
            StoredChannel stored = Records.read(in, StoredChannel.class);
            in.end();
            return stored;
        } catch (EncodingException e) {
            throw new StoreException("the wallet's store is damaged: channel " + name + ": " + e.getMessage(), e);
        }
    }

    Record machine(String name) {
        try {
            return role == Role.PAYER ? Records.decode(PayerChannel.class, state) : Records.decode(PayeeChannel.class, state);
        } catch (EncodingException e) {
            throw new StoreException("the wallet's store is damaged: channel " + name + ": " + e.getMessage(), e);
        }
    }
}
