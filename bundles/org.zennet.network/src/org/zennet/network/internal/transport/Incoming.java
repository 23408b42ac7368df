package org.zennet.network.internal.transport;

import java.util.function.Consumer;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.FrameException;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.MessageStream.Priority;

/** Puts messages together and keeps account of the credit that the peer has. Guarded by its {@link Mux}. */
final class Incoming {
    private final Outgoing outgoing;
    private final Mux.Owner owner;
    private final Consumer<Stream> complete;
    private final long[] allowance = new long[Priority.values().length];
    private final int[] owed = new int[Priority.values().length];
    private boolean stopped;

    /** @param complete hears of a stream with a whole message */
    Incoming(Outgoing outgoing, Mux.Owner owner, Consumer<Stream> complete) {
        this.outgoing = outgoing;
        this.owner = owner;
        this.complete = complete;
        for (Priority p : Priority.values()) {
            allowance[p.ordinal()] = Credit.of(p);
        }
    }

    /** Gives no credit any more. */
    void stop() {
        stopped = true;
    }

    /** A message begins; returns what is held for it from now on. */
    int begin(Stream stream, Frame frame) throws FrameException {
        int length = frame.leadingInt();
        if (length < 0 || length > MessageStream.MAX_MESSAGE) {
            throw new FrameException("a message is announced with " + Integer.toUnsignedString(length) + " bytes");
        }
        if (stream.expected != stream.filled) {
            throw new FrameException("a message begins before the last one ended");
        }
        int cost = Credit.cost(length);
        int lane = stream.priority.ordinal();
        if (cost > allowance[lane] || cost > stream.allowance) {
            throw new FrameException("a message is sent without credit");
        }
        allowance[lane] -= cost;
        stream.allowance -= cost;
        stream.expected = length;
        stream.filled = 0;
        if (stream.discards()) {
            goOn(stream, frame, 4);
            payBack(stream, cost);
            return 0;
        }
        stream.assembling = new byte[length];
        goOn(stream, frame, 4);
        return cost;
    }

    /** Some bytes of a message, from a position in the payload. */
    void goOn(Stream stream, Frame frame, int from) throws FrameException {
        int count = frame.payload().length - from;
        if (count > stream.expected - stream.filled || count == 0 && stream.expected > 0) {
            throw new FrameException("a message has other bytes than it announced");
        }
        if (stream.assembling != null) {
            System.arraycopy(frame.payload(), from, stream.assembling, stream.filled, count);
        }
        stream.filled += count;
        if (stream.filled == stream.expected) {
            stream.expected = 0;
            stream.filled = 0;
            if (stream.assembling != null) {
                stream.in.add(stream.assembling);
                stream.assembling = null;
                complete.accept(stream);
            }
        }
    }

    /** Drops what was not delivered. */
    void release(Stream stream) {
        releasePartial(stream);
        for (byte[] message = stream.in.poll(); message != null; message = stream.in.poll()) {
            unhold(stream, Credit.cost(message.length));
        }
    }

    /** Drops a message that is not whole. */
    void releasePartial(Stream stream) {
        if (stream.assembling != null) {
            unhold(stream, Credit.cost(stream.assembling.length));
            stream.assembling = null;
        }
    }

    private void unhold(Stream stream, int cost) {
        owner.release(cost);
        payBack(stream, cost);
    }

    /** Gives credit back, now or when enough has come together. */
    void payBack(Stream stream, int cost) {
        if (stopped) {
            return;
        }
        int lane = stream.priority.ordinal();
        owed[lane] += cost;
        if (owed[lane] >= Credit.CLASS_STEP) {
            outgoing.control(Frame.classWindow(stream.priority, owed[lane]));
            allowance[lane] += owed[lane];
            owed[lane] = 0;
        }
        stream.owed += cost;
        if (stream.owed >= Credit.STREAM_STEP && !stream.closeSent) {
            outgoing.control(Frame.window(stream.id, stream.owed));
            stream.allowance += stream.owed;
            stream.owed = 0;
        }
    }
}
