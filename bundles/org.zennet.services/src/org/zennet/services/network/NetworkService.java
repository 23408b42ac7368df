package org.zennet.services.network;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.Optional;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Registration;

/**
 * Authenticated connections to other nodes. TLS 1.3 with mutual authentication, bound to both identity keys before
 * anything else is said. One connection per pair of identities; many message streams over each. Thread-safe.
 */
public interface NetworkService {
    /** Where this node listens; the port is the real one even where 0 was configured. */
    Endpoint listening();

    /**
     * Connects, or hands out the open connection to the same endpoint and identity. Fails with
     * {@link java.io.IOException} with a one-line message: refused, timed out, wrong identity, other network.
     *
     * @param expected the identity that must answer, if it is known
     */
    CompletableFuture<PeerConnection> connect(Endpoint endpoint, Optional<PublicKey> expected);

    /** Open connections now. */
    List<PeerConnection> connections();

    /**
     * Accepts streams of a protocol that peers open. The handler is called on a worker thread of its connection, never
     * on an event loop, and in order per connection.
     *
     * @param protocol such as {@code chain/1}: at most 32 of a-z, 0-9, dash, slash
     */
    Registration accept(String protocol, StreamAcceptor acceptor);

    /** Is told of every connection that opened or closed, from now on; called like {@link #accept}. */
    Registration watch(ConnectionWatcher watcher);

    /** Takes streams that peers open. */
    interface StreamAcceptor {
        /** A peer opened a stream: returns its receiver. Sending may begin at once. */
        MessageStream.Receiver opened(PeerConnection from, MessageStream stream);
    }

    /** Hears of connections. */
    interface ConnectionWatcher {
        /** A connection is authenticated and open. */
        void opened(PeerConnection connection);

        /** It is gone. */
        void closed(PeerConnection connection);
    }
}
