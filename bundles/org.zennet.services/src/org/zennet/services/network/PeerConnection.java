package org.zennet.services.network;

import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;

/** An authenticated connection to one peer. Thread-safe. */
public interface PeerConnection {
    /** The identity that the peer proved on this very connection. */
    PublicKey identity();

    /** The peer's address as this side sees it. */
    String remote();

    /** Whether this side dialled. */
    boolean outbound();

    /** A value that only the two ends of this connection know, bound to it (RFC 8446 section 7.5 exporter). */
    Hash binding();

    /** Opens a stream of a protocol; a peer that doesn't speak it closes the stream. */
    MessageStream open(String protocol, MessageStream.Priority priority, MessageStream.Receiver receiver);

    /** Ends the connection because the peer broke the rules; it is not talked to again for a while. */
    void violation(String reason);

    /** Ends the connection. */
    void close();

    /** Whether it is open. */
    boolean isOpen();
}
