package org.zennet.virtualization.wasm.internal.script;

/** A script did not answer, or not as it should: one line for the owner. */
final class ScriptFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScriptFailed(String message) {
        super(message);
    }

    ScriptFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
