package org.zennet.virtualization.cgroup;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/**
 * What one container has used since it was ready. What the engine's own work adds to the container's groups, at its
 * start and with each task, is taken off; memory is what is held, integrated from sample to sample; processor time and
 * memory are capped by the lease's envelope for the time that it was not frozen. Of what passes while it is frozen only
 * wall time counts: not what gVisor's own processes work then, nor what the kernel writes to disk late. Never falls, starts
 * at what an earlier life told, keeps the last value after the end. Thread-safe.
 */
public final class Meter {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final GroupReader groups;
    private final Resources limits;
    private final LongSupplier nanos;
    private final UsageVector earlier;
    private final long startNanos;
    private final Count cpu;
    private final Count read;
    private final Count written;
    private final Count in;
    private final Count out;
    private long lastNanos;
    private long lastHeld;
    private long thawedNanos;
    private double byteSeconds;
    private boolean frozen;
    private boolean ended;
    private UsageVector usage;

    /** What one counter of the groups has counted, and how much of that is not the container's. */
    private static final class Count {
        private long last;
        private long base;

        Count(OptionalLong now) {
            last = now.orElse(0);
            base = last;
        }

        /** A newer reading; one that fell or is missing is none. */
        void see(OptionalLong now, boolean counts) {
            long newest = Math.max(last, now.orElse(last));
            if (!counts) {
                base += newest - last;
            }
            last = newest;
        }

        long used() {
            return Math.max(0, last - base);
        }
    }

    /**
     * Where a meter stands, for another life of this process: the control groups outlive it and go on counting.
     *
     * @param usage        as last told
     * @param cpuNanos     what the groups had counted then, and so on
     * @param memory       bytes held then
     * @param epochMillis  when that was, by the wall clock
     * @param networkIn    what the network's device had counted then; 0 without a network
     * @param frozen       whether the container was frozen then
     */
    public record Stand(UsageVector usage, long cpuNanos, long diskRead, long diskWritten, long memory, long epochMillis, long networkIn,
            long networkOut, boolean frozen) { }

    /**
     * Metering begins now.
     *
     * @param earlier what was told before, by an earlier life of this process
     * @param nanos   a clock like {@link System#nanoTime}
     */
    public Meter(GroupReader groups, Resources limits, UsageVector earlier, LongSupplier nanos) {
        this.groups = groups;
        this.limits = limits;
        this.nanos = nanos;
        this.earlier = earlier;
        this.usage = earlier;
        this.startNanos = nanos.getAsLong();
        this.lastNanos = startNanos;
        this.cpu = new Count(groups.cpuNanos());
        this.read = new Count(groups.diskRead());
        this.written = new Count(groups.diskWritten());
        this.in = new Count(groups.networkIn());
        this.out = new Count(groups.networkOut());
        this.lastHeld = held(0);
    }

    /**
     * Goes on where an earlier life of this process stood: what was used between is counted, within the lease's envelope
     * for that time. Of a gap at whose beginning or end the container was frozen only wall time counts, since nobody knows
     * how much of the rest passed while it was.
     *
     * @param frozen whether it is frozen now
     */
    public static Meter resume(GroupReader groups, Resources limits, Stand stand, boolean frozen, long epochMillis, LongSupplier nanos) {
        long gap = Math.max(0, epochMillis - stand.epochMillis());
        UsageVector missed = UsageVector.ZERO.with(Counter.WALL, gap);
        if (!stand.frozen() && !frozen) {
            long held = Math.min(limits.memory(), Math.max(stand.memory(), groups.memoryBytes().orElse(stand.memory())));
            missed = missed.with(Counter.CPU, Math.min(since(groups.cpuNanos(), stand.cpuNanos()) / 1000, gap * limits.cores()))
                    .with(Counter.MEMORY, (long) (held / 1000.0 * gap))
                    .with(Counter.DISK_READ, since(groups.diskRead(), stand.diskRead()))
                    .with(Counter.DISK_WRITTEN, since(groups.diskWritten(), stand.diskWritten()))
                    .with(Counter.NETWORK_IN, since(groups.networkIn(), stand.networkIn()))
                    .with(Counter.NETWORK_OUT, since(groups.networkOut(), stand.networkOut()));
        }
        Meter m = new Meter(groups, limits, stand.usage().plus(missed), nanos);
        m.frozen = frozen;
        return m;
    }

    private static long since(OptionalLong now, long before) {
        return Math.max(0, now.orElse(before) - before);
    }

    private long held(long otherwise) {
        return Math.min(limits.memory(), groups.memoryBytes().orElse(otherwise));
    }

    /** Takes a sample and tells where the meter stands. */
    public synchronized Stand stand(long epochMillis) {
        sample();
        return new Stand(usage, cpu.last, read.last, written.last, lastHeld, epochMillis, in.last, out.last, frozen);
    }

    /** Takes a sample and returns the usage. */
    public synchronized UsageVector sample() {
        if (ended) {
            return usage;
        }
        long now = nanos.getAsLong();
        cpu.see(groups.cpuNanos(), !frozen);
        read.see(groups.diskRead(), !frozen);
        written.see(groups.diskWritten(), !frozen);
        in.see(groups.networkIn(), !frozen);
        out.see(groups.networkOut(), !frozen);
        long held = held(lastHeld);
        if (!frozen) {
            byteSeconds += (held / 2.0 + lastHeld / 2.0) * ((now - lastNanos) / 1e9);
            thawedNanos += Math.max(0, now - lastNanos);
        }
        lastHeld = held;
        lastNanos = now;
        long thawed = thawedNanos / NANOS_PER_MILLI;
        UsageVector counted = UsageVector.ZERO
                .with(Counter.CPU, Math.min(cpu.used() / 1000, thawed * limits.cores()))
                .with(Counter.MEMORY, (long) Math.min(byteSeconds, limits.memory() / 1000.0 * thawed))
                .with(Counter.DISK_READ, read.used())
                .with(Counter.DISK_WRITTEN, written.used())
                .with(Counter.NETWORK_IN, in.used())
                .with(Counter.NETWORK_OUT, out.used())
                .with(Counter.WALL, Math.max(0, now - startNanos) / NANOS_PER_MILLI);
        UsageVector before = usage;
        UsageVector total = earlier.plus(counted);
        usage = UsageVector.of(c -> Math.max(before.get(c), total.get(c)));
        return usage;
    }

    /** The engine is about to spend so much processor time in the container's name. */
    public synchronized void discount(long cpuNanos) {
        sample();
        cpu.base += cpuNanos;
    }

    /**
     * From now on frozen or not. To be called when a freeze has taken hold, and before a thaw: so all that the guest does
     * is counted, and nothing of what passes while it can do nothing.
     */
    public synchronized void frozen(boolean now) {
        sample();
        frozen = now;
    }

    /** Takes the last sample and lets the files go. */
    public synchronized UsageVector end() {
        sample();
        if (!ended) {
            ended = true;
            groups.close();
        }
        return usage;
    }

    /** How many processes there are, or -1. */
    public synchronized long pids() {
        return ended ? -1 : groups.pids().orElse(-1);
    }

    /** How many processes the memory limit has killed. */
    public synchronized long oomKills() {
        return ended ? 0 : groups.oomKills().orElse(0);
    }
}
