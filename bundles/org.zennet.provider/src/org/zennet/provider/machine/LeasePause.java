package org.zennet.provider.machine;

import java.util.Optional;
import org.zennet.api.value.UsageVector;

/**
 * A lease whose container is frozen because the owner wants the machine: what passes is neither counted nor paid. Immutable.
 *
 * @param since   when it began, in milliseconds since 1970
 * @param meter   the reading when the container was frozen; empty until it is read
 * @param leaving whether the owner gave the machine back, and the meter is read a last time before the container goes on
 */
public record LeasePause(long since, Optional<UsageVector> meter, boolean leaving) {
    static LeasePause begin(long now) {
        return new LeasePause(now, Optional.empty(), false);
    }

    LeasePause at(UsageVector reading) {
        return new LeasePause(since, Optional.of(reading), leaving);
    }

    LeasePause leaving(boolean now) {
        return new LeasePause(since, meter, now);
    }
}
