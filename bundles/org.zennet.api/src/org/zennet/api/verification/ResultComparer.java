package org.zennet.api.verification;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says whether two results of the same task mean the same. Registered as a service with the property {@link #ID}.
 *
 * <p>It is asked only about successful runs whose bytes differ: equal bytes are equal results for every comparer. Money depends on
 * the answer, and others may repeat the comparison: the same question must have the same answer, and so must the question with both
 * results changed about.
 *
 * <p>Called from a worker thread, one call at a time per instance, at most {@value #TIME_LIMIT_MILLIS} ms; a call that throws or takes
 * longer puts the comparer into quarantine. Then no other is asked in its place, since another says something else: the results count as
 * different bytes that nobody found wrong, so that nobody is called a liar for them. A comparer that vanishes during a call still answers it.
 */
@ConsumerType
public interface ResultComparer {
    /** Service property: the id that a job names, such as {@code exact}. */
    String ID = "org.zennet.comparer.id";
    /** Service property: a name for people. */
    String LABEL = "org.zennet.comparer.label";
    /** The time that one call may take, in milliseconds. */
    long TIME_LIMIT_MILLIS = 5000;

    /** Whether both results count as the same. */
    boolean same(Comparison comparison);

    /**
     * What is wrong with the settings of a job, one line, or empty. It is asked before the job begins.
     *
     * @param settings as the job file states them
     */
    default Optional<String> problem(Map<String, String> settings) {
        return Optional.empty();
    }
}
