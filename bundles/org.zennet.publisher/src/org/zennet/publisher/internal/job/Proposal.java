package org.zennet.publisher.internal.job;

import org.zennet.api.container.ImageReference;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.LeaseKind;
import org.zennet.market.message.Terms;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.machine.JobPlan;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.network.Endpoint;

/** What a job asks of the market: its plan, the terms it proposes, its descriptor and its announcement. Pure. */
final class Proposal {
    /** Enough to pay the fee of a settlement several times. */
    private static final long LEAST_PREPAID = 5_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int TICKS_PER_INTERVAL = 100;
    private static final int MAX_LIFETIME = 40_000;
    /** 2 MB a second, 16 Mbit/s. */
    private static final long SLOW_BYTES_PER_MILLI = 2_000;
    /** What a provider may take to pull an image from a registry. */
    static final long PULL_MILLIS = 600_000;

    private Proposal() { }

    /** How many providers at most: a job of few runs needs no crowd, but always one more than breaks a tie. */
    static int machines(JobFile file, Settings settings) {
        long runs = (long) file.count() * file.replicas();
        long sensible = Math.max(file.tieBreak() + 1L, (runs + 3) / 4);
        return (int) Math.min(file.machines().orElse((int) Math.min(sensible, Integer.MAX_VALUE)), settings.maxProviders());
    }

    /**
     * What the machine is told. Providers get the time that an image needs on a slow line before they must be ready.
     *
     * @param imageBytes of the module or image
     */
    static JobPlan plan(JobFile file, long imageBytes, Settings settings, java.time.Instant now) {
        JobPlan.Waits w = settings.waits();
        JobPlan.Waits waits = new JobPlan.Waits(w.start() + (file.reference().isPresent() ? PULL_MILLIS : imageBytes / SLOW_BYTES_PER_MILLI), w.result(), w.settle(), w.envelope());
        int machines = machines(file, settings);
        return new JobPlan(file.count(), file.first(), file.reduce().isPresent(), file.replicas(), file.tieBreak(), machines,
                file.budget().total(), new Amount(file.budget().total().zen() / machines), file.task().timeout(),
                file.reduce().map(r -> r.program().timeout()).orElse(file.task().timeout()), now.plusMillis(file.deadline()),
                waits, file.wishes().driftLimit(), !file.comparing().exact(), file.witness());
    }

    /** The terms that every provider is offered. */
    static Terms terms(JobFile file, JobPlan plan, Settings settings, ChainParameters chain) {
        JobFile.Wishes w = file.wishes();
        long perInterval = Math.max(1, share(settings.corePerDay().zen(), (long) w.interval() * file.resources().cores() / 1000));
        Amount capacity = plan.capacity();
        Amount prepaid = Amount.min(w.prepaid().orElse(new Amount(Math.max(LEAST_PREPAID, perInterval))), capacity);
        Amount quantum = Amount.min(w.quantum().orElse(new Amount(Math.max(1, perInterval / TICKS_PER_INTERVAL))), capacity);
        long ceiling = Math.max(1, share(file.budget().perTask().zen(), 1, file.task().timeout(), 4L * w.interval() + w.grace()));
        Amount providerExposure = Amount.min(capacity, new Amount(Math.max(20 * perInterval, ceiling)));
        Amount publisherExposure = Amount.min(capacity, new Amount(Math.max(Math.max(20 * perInterval, 2 * prepaid.zen()),
                2 * Math.min(capacity.zen(), file.budget().perTask().zen()))));
        long wall = file.deadline() + 60_000;
        long blocks = wall / 1000 / Math.max(1, chain.spacingSeconds()) * 2 + 120;
        return new Terms(w.interval(), w.grace(), prepaid, quantum, capacity, (int) Math.min(blocks, MAX_LIFETIME),
                Math.max(w.fundingDepth(), chain.fundingDepth()), w.holdBack(), providerExposure, publisherExposure,
                Math.max(1000, wall), w.patience(), w.freeze(), w.drift(), file.egress().toString(), file.comparing().text());
    }

    /** What is told to a provider after authentication. */
    static Descriptor descriptor(Hash job, JobFile file, Hash image, long imageBytes, Terms terms) {
        return new Descriptor(job, file.name(), file.backend().id(), file.backend().isolation(), image, imageBytes, file.resources(),
                file.count() + (file.reduce().isPresent() ? 1 : 0), expected(file), terms, LeaseKind.TASKS, file.features(),
                file.reference().map(ImageReference::toString));
    }

    /** What one task is expected to use. */
    static UsageVector expected(JobFile file) {
        long millis = file.task().expected();
        return UsageVector.ZERO.with(Counter.CPU, Math.multiplyExact(millis, (long) file.resources().cores()))
                .with(Counter.MEMORY, file.resources().memory() / 1000 * millis).with(Counter.WALL, millis);
    }

    /** What is said on the chain. */
    static Announcement announcement(JobFile file, JobPlan plan, Settings settings, Descriptor descriptor, Endpoint listening,
            PublicKey key, int height, ChainParameters chain) {
        Endpoint endpoint = settings.advertise().map(h -> new Endpoint(h, listening.port())).orElse(listening);
        long blocks = file.deadline() / 1000 / Math.max(1, chain.spacingSeconds()) * 5 / 4 + 30;
        return new Announcement(file.backend().isolation(), file.backend().architecture(), file.resources().cores(),
                (int) Math.max(1, file.resources().memory() >> 20), plan.machines(), settings.identityWork(), endpoint,
                Records.digest(descriptor), key, height + (int) Math.min(blocks, MAX_LIFETIME));
    }

    private static long share(long perDay, long millis) {
        return share(perDay, 1, DAY_MILLIS, millis);
    }

    /** amount x factor x millis / per, at most the largest number. */
    private static long share(long amount, long factor, long per, long millis) {
        java.math.BigInteger v = java.math.BigInteger.valueOf(amount).multiply(java.math.BigInteger.valueOf(factor))
                .multiply(java.math.BigInteger.valueOf(millis)).divide(java.math.BigInteger.valueOf(per));
        return v.min(java.math.BigInteger.valueOf(Long.MAX_VALUE / 4)).longValue();
    }
}
