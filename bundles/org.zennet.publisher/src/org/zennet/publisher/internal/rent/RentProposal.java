package org.zennet.publisher.internal.rent;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.ImageReference;
import org.zennet.api.container.Isolation;
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
import org.zennet.publisher.machine.JobPlan;
import org.zennet.publisher.machine.RentPlan;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.network.Endpoint;
import org.zennet.services.publisher.RentService.Request;

/** What a rent asks of the market: its plan, the terms it proposes, its descriptor and its announcement. Pure. */
final class RentProposal {
    /** Enough to pay the fee of a settlement several times. */
    private static final long LEAST_PREPAID = 5_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int INTERVAL_MILLIS = 2_000;
    private static final int GRACE_MILLIS = 10_000;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int TICKS_PER_INTERVAL = 100;
    private static final int MAX_BLOCKS = 40_000;
    private static final int SPARE_BLOCKS = 120;
    private static final long MARGIN_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int MAX_MACHINES = 1000;
    /** What a provider may take to pull an image from a registry. */
    private static final long PULL_MILLIS = 600_000;

    private RentProposal() { }

    /** Refuses what can't be asked for, with one line that says what can. */
    static void check(Request r, ChainParameters chain) throws Rejected {
        if (r.machines() < 1 || r.machines() > MAX_MACHINES) {
            throw new Rejected("1 to " + MAX_MACHINES + " machines can be rented at a time, not " + r.machines());
        }
        if (!r.backend().matches("[a-z0-9-]{1,32}") || r.backend().equals("wasm")) {
            throw new Rejected("the backend '" + r.backend() + "' starts no shells: use sandbox or docker");
        }
        if (r.image().isEmpty() && r.reference().isEmpty() && !r.backend().equals("sandbox")) {
            throw new Rejected("the backend '" + r.backend() + "' needs an image: give an archive or REGISTRY/NAME@sha256:DIGEST by --image");
        }
        Amount least = new Amount(Math.multiplyExact(2 * LEAST_PREPAID, (long) r.machines()));
        if (least.isMoreThan(r.budget())) {
            throw new Rejected("a budget of " + r.budget() + " is too small for " + r.machines() + " machines: at least " + least);
        }
        long most = Math.min(30 * DAY_MILLIS, (MAX_BLOCKS - SPARE_BLOCKS) / 2L * Math.max(1, chain.spacingSeconds()) * 1000 - MARGIN_MILLIS);
        if (r.time().toMillis() < 1000 || r.time().toMillis() > most) {
            throw new Rejected("machines are rented for 1 s to " + Duration.ofMillis(most).toMinutes() + " min on this network, not for "
                    + r.time().toSeconds() + " s");
        }
    }

    static RentPlan plan(Request r, Settings settings, Instant now) {
        JobPlan.Waits w = settings.waits();
        JobPlan.Waits waits = r.reference().isEmpty() ? w : new JobPlan.Waits(w.start() + PULL_MILLIS, w.result(), w.settle(), w.envelope());
        return new RentPlan(r.machines(), r.budget(), new Amount(r.budget().zen() / r.machines()), now.plus(r.time()), waits, r.witness());
    }

    static Terms terms(Request r, RentPlan plan, Settings settings, ChainParameters chain) {
        long perInterval = Math.max(1, share(settings.corePerDay().zen(), (long) INTERVAL_MILLIS * r.resources().cores() / 1000, DAY_MILLIS));
        Amount capacity = plan.capacity();
        Amount prepaid = Amount.min(new Amount(Math.max(LEAST_PREPAID, perInterval)), capacity);
        Amount quantum = Amount.min(new Amount(Math.max(1, perInterval / TICKS_PER_INTERVAL)), capacity);
        long fullLoad = share(expected(r).get(Counter.WALL) == 0 ? 0 : capacity.zen(), 4L * INTERVAL_MILLIS + GRACE_MILLIS, expected(r).get(Counter.WALL));
        Amount exposure = Amount.min(capacity, new Amount(Math.max(Math.max(20 * perInterval, 2 * prepaid.zen()), fullLoad)));
        long wall = r.time().toMillis() + MARGIN_MILLIS;
        long blocks = wall / 1000 / Math.max(1, chain.spacingSeconds()) * 2 + SPARE_BLOCKS;
        return new Terms(INTERVAL_MILLIS, GRACE_MILLIS, prepaid, quantum, capacity, (int) Math.min(blocks, MAX_BLOCKS), chain.fundingDepth(), 0,
                exposure, exposure, wall, r.egress().toString()).withPatience(PATIENCE_MILLIS);
    }

    /** What a machine is expected to use at most: an hour at full load, or all of a shorter time. */
    static UsageVector expected(Request r) {
        long millis = Math.min(HOUR_MILLIS, r.time().toMillis());
        return UsageVector.ZERO.with(Counter.CPU, Math.multiplyExact(millis, (long) r.resources().cores()))
                .with(Counter.MEMORY, r.resources().memory() / 1000 * millis).with(Counter.WALL, millis);
    }

    static Descriptor descriptor(Hash rent, Request r, Hash image, long imageBytes, Terms terms) {
        return new Descriptor(rent, r.machines() + " machines", r.backend(), isolation(r.backend()), image, imageBytes, r.resources(), 0,
                expected(r), terms, LeaseKind.SHELL, r.egress().isNone() ? List.of() : List.of(Capabilities.EGRESS),
                r.reference().map(ImageReference::toString));
    }

    private static Isolation isolation(String backend) {
        return backend.equals("docker") ? Isolation.DOCKER : Isolation.SANDBOX;
    }

    static Announcement announcement(Request r, Settings settings, Descriptor descriptor, Endpoint listening, PublicKey key, int height,
            ChainParameters chain) {
        Endpoint endpoint = settings.advertise().map(h -> new Endpoint(h, listening.port())).orElse(listening);
        long blocks = r.time().toSeconds() / Math.max(1, chain.spacingSeconds()) * 5 / 4 + 30;
        return new Announcement(isolation(r.backend()), architecture(), r.resources().cores(), (int) Math.max(1, r.resources().memory() >> 20),
                r.machines(), settings.identityWork(), endpoint, Records.digest(descriptor), key, height + (int) Math.min(blocks, MAX_BLOCKS));
    }

    /** Programs of images are of this machine's kind. */
    static String architecture() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    /** amount x part / whole, at most the largest number. */
    private static long share(long amount, long part, long whole) {
        return BigInteger.valueOf(amount).multiply(BigInteger.valueOf(part)).divide(BigInteger.valueOf(Math.max(1, whole)))
                .min(BigInteger.valueOf(Long.MAX_VALUE / 4)).longValue();
    }
}
