package org.zennet.store;

/** A store that can't be opened, read or written. The message is one line that names the file and what to do. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason and its cause. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** With a one-line reason. */
    public StoreException(String message) {
        super(message);
    }
}
