package org.zennet.api.encoding;

/** Bytes that are not a canonical encoding. The message says where and why, in one line. */
public final class EncodingException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason. */
    public EncodingException(String message) {
        super(message);
    }
}
