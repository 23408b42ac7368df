package org.zennet.provider.machine;

import java.util.Optional;

/**
 * How long the phases of a lease's start took, in milliseconds by a clock that only goes forward; each is there once it is
 * over. The container starts while the funding is waited for.
 *
 * @param channel from the contract until the funding was deep
 * @param image   until the module or image was there
 * @param start   of the container
 */
public record LeaseTimes(Optional<Integer> channel, Optional<Integer> image, Optional<Integer> start) {
    static final LeaseTimes NONE = new LeaseTimes(Optional.empty(), Optional.empty(), Optional.empty());

    LeaseTimes deep(int millis) {
        return new LeaseTimes(Optional.of(millis), image, start);
    }

    LeaseTimes up(int imageMillis, int startMillis) {
        return new LeaseTimes(channel, Optional.of(imageMillis), Optional.of(startMillis));
    }

    /** Whether the container is up. */
    boolean up() {
        return start.isPresent();
    }
}
