package org.zennet.network.internal.transport;

import org.zennet.services.network.MessageStream;
import org.zennet.services.network.MessageStream.Priority;

/**
 * How much may be on its way before the receiver has dealt with it; part of version 1 of the protocol, so both sides
 * count alike. A message is charged whole when it begins, to its stream and to its priority, and both charges come back
 * when its receiver has returned. A stream's window holds any one message and what may lag behind in giving back, so
 * a message that began never waits half-way, and nothing can deadlock. Credit per priority instead of per connection
 * keeps payments going while files are held up.
 */
final class Credit {
    /** What a message costs beside its bytes, so that many small ones can't take more memory than few large. */
    static final int OVERHEAD = 64;

    /** What one stream may have on its way. */
    static final int STREAM = 5 << 20;

    /** How much a stream's receiver collects before it gives credit back. */
    static final int STREAM_STEP = 512 << 10;

    /** How much of a priority is collected before it is given back. */
    static final int CLASS_STEP = 1 << 20;

    /** How many streams each side may have open that it opened itself. */
    static final int STREAMS = 256;

    private Credit() { }

    /** What a message of some length costs. */
    static int cost(int length) {
        return length + OVERHEAD;
    }

    /** What all streams of a priority together may have on their way; the sum bounds a connection's memory. */
    static int of(Priority priority) {
        return priority == Priority.BULK ? 32 << 20 : 8 << 20;
    }

    static {
        if (cost(MessageStream.MAX_MESSAGE) + STREAM_STEP > STREAM) {
            throw new ExceptionInInitializerError("a stream's window does not hold the largest message");
        }
    }
}
