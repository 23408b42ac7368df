package org.zennet.blockchain;

import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;

/**
 * An amount and who may spend it.
 *
 * @param amount    at least the dust limit, where it is to be valid
 * @param predicate what a spender has to show
 */
public record Output(Amount amount, Predicate predicate) {
    /** Writes amount and predicate. */
    public void write(Encoder out) {
        out.u63(amount.zen());
        predicate.write(out);
    }

    /** Reads what {@link #write} wrote. */
    public static Output read(Decoder in) throws EncodingException {
        return new Output(new Amount(in.u63()), Predicate.read(in));
    }

    /** The number of bytes that it takes. */
    public int size() {
        return Long.BYTES + predicate.size();
    }
}
