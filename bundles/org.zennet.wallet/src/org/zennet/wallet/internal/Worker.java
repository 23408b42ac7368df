package org.zennet.wallet.internal;

import java.time.Duration;

/** Runs things later, one at a time, in order: the wallet's mailbox. Tests run it by hand. */
public interface Worker {
    /** Soon. */
    void run(Runnable task);

    /** After a time; in order with the others when due. */
    void later(Duration delay, Runnable task);
}
