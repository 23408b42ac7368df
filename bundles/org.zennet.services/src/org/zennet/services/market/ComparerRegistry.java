package org.zennet.services.market;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.verification.Comparison;
import org.zennet.services.Rejected;

/** The comparers of results that are present now. Thread-safe. */
public interface ComparerRegistry {
    /** The comparer that is used when a job names none: bytes are equal or they are not. */
    String EXACT = "exact";

    /**
     * Whether two results count as the same. Asked is the comparer of the id alone: where it is absent, in quarantine, fails or takes
     * longer than its SPI allows, the future fails with {@link Rejected} and a reason, since another would say something else.
     */
    CompletableFuture<Boolean> same(String id, Comparison comparison);

    /**
     * Looks whether a job's comparer is there and takes its settings.
     *
     * @throws Rejected with a line on what is wrong
     */
    void check(String id, Map<String, String> settings) throws Rejected;

    /** All that are present, in quarantine too, in the order of their ranking. */
    List<ExtensionInfo> comparers();
}
