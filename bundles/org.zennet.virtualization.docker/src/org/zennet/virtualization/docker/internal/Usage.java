package org.zennet.virtualization.docker.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.Outcomes;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.cgroup.GroupReader;
import org.zennet.virtualization.cgroup.Meter;

/** What a container has used: by its meter while it runs, the last reading after its end, and on disk for another life. Thread-safe. */
final class Usage {
    private static final Logger LOG = LoggerFactory.getLogger(Usage.class);
    private static final long PERSIST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String lease;
    private final Resources limits;
    private final Outcomes outcomes;
    private Meter meter;
    private UsageVector last;
    private long persisted;

    Usage(String lease, Resources limits, Outcomes outcomes) {
        this.lease = lease;
        this.limits = limits;
        this.outcomes = outcomes;
        this.last = outcomes.stand().map(Meter.Stand::usage).orElse(UsageVector.ZERO);
    }

    /**
     * Metering begins, where an earlier life left off.
     *
     * @param frozen whether the container was found frozen
     */
    synchronized void open(GroupReader groups, boolean frozen) {
        Optional<Meter.Stand> before = outcomes.stand();
        meter = before.isPresent() ? Meter.resume(groups, limits, before.get(), frozen, System.currentTimeMillis(), System::nanoTime)
                : new Meter(groups, limits, UsageVector.ZERO, System::nanoTime);
        last = meter.sample();
        keep();
    }

    /** Takes a sample; called regularly, so that what is integrated is right. */
    synchronized UsageVector sample() {
        if (meter != null) {
            last = meter.sample();
        }
        return last;
    }

    /** Takes a sample and keeps it, at most once a second. */
    synchronized UsageVector told() {
        sample();
        if (System.nanoTime() - persisted > PERSIST_NANOS) {
            keep();
        }
        return last;
    }

    /** Keeps where it stands for another life. */
    synchronized void keep() {
        if (meter == null) {
            return;
        }
        persisted = System.nanoTime();
        try {
            outcomes.stand(meter.stand(System.currentTimeMillis()));
        } catch (IOException e) {
            LOG.warn("the usage of {} can't be kept: {}", lease, Texts.reason(e));
        }
    }

    /** The last sample; from now on it stays. */
    synchronized void end() {
        if (meter != null) {
            last = meter.end();
            keep();
        }
    }

    /** From now on only wall time counts, or all again; kept at once, so that another life of this process does not bill what passes. */
    synchronized void frozen(boolean now) {
        if (meter != null) {
            meter.frozen(now);
            keep();
        }
    }

    /** The engine is about to spend so much processor time in the container's name, in nanoseconds. */
    synchronized void discount(long nanos) {
        if (meter != null) {
            meter.discount(nanos);
        }
    }

    /** How many processes the memory limit has killed. */
    synchronized long oomKills() {
        return meter == null ? 0 : meter.oomKills();
    }
}
