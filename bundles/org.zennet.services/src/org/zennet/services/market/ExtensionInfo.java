package org.zennet.services.market;

import java.util.Optional;

/**
 * One service that a bundle offers to the market, as it stands now: a strategy, a backend, a benchmark, a comparer or a template.
 *
 * @param kind     what it does
 * @param id       the id that configuration, jobs and offers name, such as {@code calibrated}
 * @param label    a name for people; the id where it has none
 * @param bundle   the symbolic name of its bundle
 * @param version  the version of its bundle
 * @param signer   the common name of who signed the bundle's jar; empty when it is unsigned
 * @param ranking  its service ranking: of two with one id, and of fall-backs, the higher is asked first
 * @param state    whether it is asked
 * @param reason   one line on why it is not asked, or on what went wrong last; empty when nothing did
 * @param calls    how often it was called since it came
 * @param failures how many of these threw, took too long or gave an invalid answer
 */
public record ExtensionInfo(Kind kind, String id, String label, String bundle, String version, Optional<String> signer,
        int ranking, State state, String reason, long calls, long failures) {
    /** What an extension does. */
    public enum Kind {
        /** {@link org.zennet.api.pricing.PricingStrategy}. */
        PRICING,
        /** {@link org.zennet.api.pricing.BuyingStrategy}. */
        BUYING,
        /** {@link org.zennet.api.container.ContainerBackend}. */
        BACKEND,
        /** {@link org.zennet.api.benchmark.Benchmark}. */
        BENCHMARK,
        /** {@link org.zennet.api.verification.ResultComparer}. */
        COMPARER,
        /** {@link org.zennet.api.template.JobTemplate}. */
        TEMPLATE
    }

    /** Whether an extension is asked. */
    public enum State {
        /** It is. */
        ACTIVE,
        /** It failed: others are asked in its place until it is reinstated or its bundle is updated. */
        QUARANTINED,
        /** It hung too often: others are asked in its place until this process ends. */
        QUARANTINED_UNTIL_RESTART
    }
}
