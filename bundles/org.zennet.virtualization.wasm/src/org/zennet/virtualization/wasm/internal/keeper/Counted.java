package org.zennet.virtualization.wasm.internal.keeper;

import java.util.List;
import org.zennet.api.encoding.EncodingException;
import org.zennet.virtualization.keeper.Codec;

/**
 * How the tasks of a container count their fuel.
 *
 * @param fuel  whether they do
 * @param limit the most that a task may use; 0 follows its time limit
 */
public record Counted(boolean fuel, long limit) {
    private static final Codec CODEC = new Codec(1, List.of(Counted.class));

    /** As bytes. */
    public byte[] toBytes() {
        return CODEC.encode(this);
    }

    /** From bytes. */
    static Counted of(byte[] bytes) throws EncodingException {
        return (Counted) CODEC.decode(bytes);
    }
}
