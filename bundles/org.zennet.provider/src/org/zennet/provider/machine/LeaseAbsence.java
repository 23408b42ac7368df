package org.zennet.provider.machine;

/**
 * A lease whose publisher can't be reached now, within the patience that the contract names. Immutable. Times are
 * milliseconds since 1970.
 *
 * @param since   when the connection was lost, or this life of the provider's process began
 * @param adopted whether the container is at hand: in a new life it has to be found again first
 * @param dialing whether the publisher is being called
 * @param tried   when something was last tried
 */
public record LeaseAbsence(long since, boolean adopted, boolean dialing, long tried) {
    /** How long until something is tried again, in milliseconds. */
    static final long RETRY_MILLIS = 1_000;

    /** The connection was lost; the container runs. */
    static LeaseAbsence lost(long now) {
        return new LeaseAbsence(now, true, true, now);
    }

    /** The process began anew; the container is being looked for. */
    static LeaseAbsence restarted(long now) {
        return new LeaseAbsence(now, false, false, now);
    }

    /** The container is at hand, the publisher is being called. */
    LeaseAbsence dialing(long now) {
        return new LeaseAbsence(since, true, true, now);
    }

    /** Something was tried, or failed, just now. */
    LeaseAbsence idle(long now) {
        return new LeaseAbsence(since, adopted, false, now);
    }

    /** Whether it is time to try again. */
    boolean due(long now) {
        return !dialing && now - tried >= RETRY_MILLIS;
    }
}
