package org.zennet.network.internal.wire;

/** The kinds of {@link Frame}, with what each may carry. Codes are never re-used. */
public enum Kind {
    /** An encoded {@link Hello}; the first frame of both sides. */
    HELLO(0x01, false, 1, 512),
    /** A signature over an {@link IdentityProof}. */
    PROOF(0x02, false, 64, 64),
    /** This connection is the one that the pair keeps. */
    READY(0x03, false, 0, 0),
    /** A {@link Goodbye} and a line for people; the last frame. */
    GOODBYE(0x04, false, 1, 256),
    /** Eight bytes to be sent back. */
    PING(0x05, false, 8, 8),
    /** The eight bytes of a ping. */
    PONG(0x06, false, 8, 8),
    /** More credit for a priority: the priority, four bytes of credit. */
    CLASS_WINDOW(0x07, false, 5, 5),
    /** Opens a stream: the priority, the protocol's name. */
    OPEN(0x10, true, 3, 34),
    /** Begins a message: four bytes of its whole length, its first bytes. */
    MESSAGE(0x11, true, 4, Frame.MAX_PAYLOAD),
    /** Goes on with the message that the stream began. */
    MORE(0x12, true, 1, Frame.MAX_PAYLOAD),
    /** More credit for a stream: four bytes of credit. */
    WINDOW(0x13, true, 4, 4),
    /** Ends a stream, with a line for people; each side sends one. */
    CLOSE(0x14, true, 0, 256);

    private static final Kind[] BY_CODE = new Kind[0x15];

    private final int code;
    private final boolean ofStream;
    private final int least;
    private final int most;

    static {
        for (Kind k : values()) {
            BY_CODE[k.code] = k;
        }
    }

    Kind(int code, boolean ofStream, int least, int most) {
        this.code = code;
        this.ofStream = ofStream;
        this.least = least;
        this.most = most;
    }

    int code() {
        return code;
    }

    /** Whether it may come before both sides proved who they are. */
    public boolean inHandshake() {
        return code <= GOODBYE.code;
    }

    /**
     * The kind of a header, known to be in order.
     *
     * @throws FrameException when no frame may begin like this
     */
    static Kind of(int code, int stream, int length) throws FrameException {
        Kind kind = code < BY_CODE.length ? BY_CODE[code] : null;
        if (kind == null) {
            throw new FrameException("a frame is of the unknown kind " + code);
        }
        if (kind.ofStream == (stream == 0)) {
            throw new FrameException("a " + kind + " frame names stream " + Integer.toUnsignedString(stream));
        }
        if (length < kind.least || length > kind.most) {
            throw new FrameException("a " + kind + " frame has " + length + " bytes");
        }
        return kind;
    }
}
