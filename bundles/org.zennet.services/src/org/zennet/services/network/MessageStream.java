package org.zennet.services.network;

/**
 * An ordered stream of whole messages over a {@link PeerConnection}, flow-controlled and prioritised. Thread-safe.
 */
public interface MessageStream {
    /** The largest message, in bytes: 4 MiB. Longer things are cut into several. */
    int MAX_MESSAGE = 4 << 20;

    /** Which stream goes first when the connection is busy. */
    enum Priority {
        /** Vouchers, ticks, statements. */
        PAYMENT,
        /** Negotiation and control. */
        CONTROL,
        /** Files and blocks. */
        BULK
    }

    /**
     * Sends a message. Never blocks: when more than 16 MiB wait on this stream, the stream is closed as overrun.
     *
     * @return false when the stream is closed, and the message is lost
     */
    boolean send(byte[] message);

    /** Ends the stream after what was sent. */
    void close();

    /** The connection it runs over. */
    PeerConnection connection();

    /** Takes what arrives: in order, one call at a time, on a worker thread that may block for a short while. */
    interface Receiver {
        /** A message of at most {@link MessageStream#MAX_MESSAGE} bytes. */
        void message(byte[] message);

        /** The stream or its connection ended; the last call. */
        void closed(String reason);
    }
}
