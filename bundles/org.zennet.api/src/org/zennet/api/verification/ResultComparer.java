package org.zennet.api.verification;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says whether two results of the same task mean the same. Registered as a service with the property {@link #ID}.
 * Called from any thread; at most 5 s; must not throw; must be symmetric.
 */
@ConsumerType
public interface ResultComparer {
    /** Service property: the id that a job names, such as {@code exact}. */
    String ID = "org.zennet.comparer.id";

    /** Whether both results count as the same. */
    boolean same(byte[] first, byte[] second);
}
