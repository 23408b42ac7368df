package org.zennet.market.message;

/** What a lease is for. The order is part of the canonical encoding. */
public enum LeaseKind {
    /** The publisher sends tasks, the provider signs their results. */
    TASKS,
    /** The publisher logs in over SSH. */
    SHELL
}
