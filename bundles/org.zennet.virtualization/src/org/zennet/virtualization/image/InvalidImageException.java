package org.zennet.virtualization.image;

/** An image that is refused; the message is one line. */
public final class InvalidImageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason. */
    public InvalidImageException(String message) {
        super(message);
    }
}
