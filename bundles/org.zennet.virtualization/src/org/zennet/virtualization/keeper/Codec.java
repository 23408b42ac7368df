package org.zennet.virtualization.keeper;

import java.util.List;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;

/** Writes and reads messages of some kinds: the keeper's tag, a version, the kind's place in the list, the components. */
public final class Codec {
    private final int version;
    private final List<Class<? extends Record>> kinds;

    /** For kinds, to which new ones are only ever added at the end. */
    public Codec(int version, List<Class<? extends Record>> kinds) {
        this.version = version;
        this.kinds = List.copyOf(kinds);
    }

    /** The whole message. */
    public byte[] encode(Record message) {
        int kind = kinds.indexOf(message.getClass());
        if (kind < 0) {
            throw new IllegalArgumentException("no message of the keeper: " + message.getClass());
        }
        Encoder out = new Encoder().u16(Tag.KEEPER.code()).u8(version).u8(kind);
        Records.write(out, message);
        return out.toBytes();
    }

    /** Reads a whole message of any kind; refuses everything that is not canonical. */
    public Record decode(byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        if (in.u16() != Tag.KEEPER.code()) {
            throw in.fail("no message of a keeper");
        }
        int found = in.u8();
        if (found != version) {
            throw in.fail("version " + found + " stands where " + version + " belongs");
        }
        int kind = in.u8();
        if (kind >= kinds.size()) {
            throw in.fail("unknown kind " + kind);
        }
        Record message = Records.read(in, kinds.get(kind));
        in.end();
        return message;
    }
}
