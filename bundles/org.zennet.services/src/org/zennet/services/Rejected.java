package org.zennet.services;

/** A request that can't be carried out, for a reason that people can act on. The message is one line. */
public class Rejected extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason that carries the values. */
    public Rejected(String message) {
        super(message);
    }

    /** With a one-line reason and its cause. */
    public Rejected(String message, Throwable cause) {
        super(message, cause);
    }
}
