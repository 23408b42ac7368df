package org.zennet.publisher.internal.buyer;

import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.publisher.machine.JobPlan;

/**
 * The configuration that jobs follow.
 *
 * @param advertise    the host that announcements name instead of the one that the network listens on
 * @param maxProviders the most providers of a job
 * @param buying       the buying strategy of jobs that name none
 * @param corePerDay   what a core costs about for a day: sizes the first payment and the tick
 * @param maxOutput    the most bytes that a task may write
 * @param identityWork leading zero bits that a provider's identity must show
 * @param recompute    whether a sample and the reduce step are recomputed here
 */
public record Settings(Optional<String> advertise, int maxProviders, String buying, Amount corePerDay, int maxOutput,
        int identityWork, boolean recompute, JobPlan.Waits waits) { }
