package org.zennet.provider.internal;

import java.util.OptionalLong;
import org.zennet.provider.internal.owner.HostWatch;

/** A host whose owner does what a test says. */
final class FakeHost implements HostWatch {
    /** Nobody is there and nothing else runs. */
    static final HostWatch QUIET = now -> new Sample(OptionalLong.empty(), 0, 2, 0);

    volatile long inputAt;
    /** Processor time of the owner's programs, in thousandths of all cores. */
    volatile int load;
    private long others;
    private long at;
    private final java.util.function.LongSupplier rented;

    /** @param rented what leases used in all, in microseconds */
    FakeHost(java.util.function.LongSupplier rented) {
        this.rented = rented;
    }

    @Override
    public synchronized Sample sample(long now) {
        others += at == 0 ? 0 : (now - at) * 2 * load;
        at = now;
        return new Sample(OptionalLong.of(others + rented.getAsLong()), 0, 2, inputAt);
    }
}
