package org.zennet.network.internal.wire;

/** Bytes that no honest peer sends. The message is one line. */
public final class FrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason. */
    public FrameException(String message) {
        super(message);
    }
}
