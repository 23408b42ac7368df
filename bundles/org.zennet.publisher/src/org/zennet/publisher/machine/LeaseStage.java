package org.zennet.publisher.machine;

/** Where a lease stands, as its buyer sees it. */
public enum LeaseStage {
    /** Both signed. */
    AGREED,
    /** Its capacity is reserved, the channel is being funded. */
    FUNDED,
    /** The container runs. */
    RUNNING,
    /** Its work is done; the next usage statement is the last. */
    DRAINING,
    /** Its connection was lost; it is waited for as long as the contract says. */
    ABSENT,
    /** The last payment was sent. */
    CLOSING,
    /** Its connection was lost for good. */
    LOST,
    /** Nothing more is expected but its settlement. */
    ENDED;

    /** Whether it works or is about to. */
    public boolean live() {
        return this == AGREED || this == FUNDED || this == RUNNING || this == ABSENT;
    }
}
