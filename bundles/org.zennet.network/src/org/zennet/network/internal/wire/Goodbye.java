package org.zennet.network.internal.wire;

/** Why a connection ends. The ordinal travels; new ones go to the end. */
public enum Goodbye {
    /** It is no longer needed, or the node stops. */
    CLOSED,
    /** The other side broke the rules. */
    VIOLATION,
    /** The pair keeps another connection. */
    DUPLICATE,
    /** The other side is of another network. */
    OTHER_NETWORK,
    /** There is no version that both speak. */
    NO_VERSION,
    /** A limit is reached, or the other side broke the rules lately. */
    BUSY
}
