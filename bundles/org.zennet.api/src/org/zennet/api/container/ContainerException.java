package org.zennet.api.container;

/** The backend failed, not the guest. The message is one line that says what to do. */
public class ContainerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason. */
    public ContainerException(String message) {
        super(message);
    }

    /** With a one-line reason and its cause. */
    public ContainerException(String message, Throwable cause) {
        super(message, cause);
    }
}
