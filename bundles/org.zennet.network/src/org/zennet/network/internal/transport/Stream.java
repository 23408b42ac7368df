package org.zennet.network.internal.transport;

import java.util.ArrayDeque;
import java.util.Deque;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/**
 * One end of a stream. All its fields are guarded by its {@link Mux}. It lives until both sides have sent CLOSE; a
 * side that only answers a CLOSE does so after its receiver has heard of the end, which bounds what a peer that opens
 * and closes in a hurry can pile up here.
 */
final class Stream implements MessageStream {
    final Mux mux;
    final int id;
    final Priority priority;
    final String protocol;
    final boolean local;

    // outgoing
    final Deque<byte[]> out = new ArrayDeque<>();
    byte[] current;
    int offset;
    long queued;
    long credit = Credit.STREAM;
    boolean inRing;
    boolean noMoreSends;
    boolean closeSent;

    // incoming
    Receiver receiver;
    final Deque<byte[]> in = new ArrayDeque<>();
    byte[] assembling;
    int expected;
    int filled;
    long allowance = Credit.STREAM;
    int owed;
    boolean peerClosed;
    boolean delivering;
    String ending;
    boolean ended;

    Stream(Mux mux, int id, Priority priority, String protocol, boolean local) {
        this.mux = mux;
        this.id = id;
        this.priority = priority;
        this.protocol = protocol;
        this.local = local;
    }

    @Override
    public boolean send(byte[] message) {
        if (message.length > MAX_MESSAGE) {
            throw new IllegalArgumentException(
                    "a message of " + message.length + " bytes is longer than " + MAX_MESSAGE);
        }
        return mux.send(this, message.clone());
    }

    @Override
    public void close() {
        mux.close(this);
    }

    @Override
    public PeerConnection connection() {
        return mux.connection();
    }

    /** Whether messages that arrive are dropped: this side has ended the stream. */
    boolean discards() {
        return ending != null && !peerClosed;
    }

    @Override
    public String toString() {
        return protocol + " (stream " + Integer.toUnsignedString(id) + ")";
    }
}
