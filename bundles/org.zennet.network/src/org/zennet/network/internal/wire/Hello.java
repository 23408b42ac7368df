package org.zennet.network.internal.wire;

import java.util.Optional;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.JoinLine;

/**
 * What each side says first. Nothing in it is believed before the proof. Its layout is frozen over all versions.
 *
 * @param oldest    the oldest version of this protocol that it speaks
 * @param newest    the newest one
 * @param network   {@link #network(JoinLine)}
 * @param role      what the process is, for people
 * @param identity  who it claims to be
 * @param listening where it can be reached, if it says so
 */
@Message(Tag.HELLO)
public record Hello(int oldest, int newest, Hash network, @Limit(32) String role, PublicKey identity,
        Optional<Endpoint> listening) {
    /** The only version there is. */
    public static final int VERSION = 1;

    /** Refuses what can't be a hello. */
    public Hello {
        if (oldest < 1 || newest < oldest) {
            throw new IllegalArgumentException("versions " + oldest + " to " + newest + " make no sense");
        }
    }

    /** The id of a network: a tagged hash of its kind and salt. */
    public static Hash network(JoinLine line) {
        return Tag.HELLO.hash(new Encoder().text(line.kind(), 16).fixed(line.salt()).toBytes());
    }

    /** The newest version that both speak. */
    public Optional<Integer> common(Hello other) {
        int version = Math.min(newest, other.newest);
        return version >= Math.max(oldest, other.oldest) ? Optional.of(version) : Optional.empty();
    }
}
