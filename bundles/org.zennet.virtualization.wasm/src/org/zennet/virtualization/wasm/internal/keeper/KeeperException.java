package org.zennet.virtualization.wasm.internal.keeper;

/** A request that can't be served; the message is one line for people. */
final class KeeperException extends Exception {
    private static final long serialVersionUID = 1L;

    KeeperException(String message) {
        super(message);
    }
}
