package org.zennet.headless.internal.cli;

import org.zennet.services.Rejected;

/** A command line that can't mean anything, whatever the state of the world: exit code 2. */
public final class Misused extends Rejected {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason that carries the values. */
    public Misused(String message) {
        super(message);
    }

    /** With a one-line reason and its cause. */
    public Misused(String message, Throwable cause) {
        super(message, cause);
    }
}
