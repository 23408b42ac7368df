package org.zennet.network.internal.transport;

import java.io.IOException;
import org.zennet.network.internal.wire.Goodbye;

/** The other side can't be talked to. The message is one line and continues "HOST:PORT ...". */
final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Goodbye why;

    HandshakeException(Goodbye why, String message) {
        super(message);
        this.why = why;
    }

    /** What the other side is told; {@link Goodbye#VIOLATION} counts against it. */
    Goodbye why() {
        return why;
    }
}
