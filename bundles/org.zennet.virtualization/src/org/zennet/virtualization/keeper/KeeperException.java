package org.zennet.virtualization.keeper;

/** Something that a keeper can't do; the message is one line for people. */
public final class KeeperException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With its one line. */
    public KeeperException(String message) {
        super(message);
    }
}
