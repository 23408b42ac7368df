package org.zennet.virtualization.cgroup;

import java.util.function.LongSupplier;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/**
 * What one container has used since it was ready. What the engine's own work adds to the container's groups, at its
 * start and with each task, is taken off; memory is what is held, integrated from sample to sample; processor time and
 * memory are capped by the lease's envelope. Never falls, starts at what an earlier life told, keeps the last value
 * after the end. Frozen time counts as wall time only. Thread-safe.
 */
public final class Meter {
    private final GroupReader groups;
    private final Resources limits;
    private final LongSupplier nanos;
    private final UsageVector earlier;
    private final long startNanos;
    private long baseCpu;
    private final long baseRead;
    private final long baseWritten;
    private final long baseIn;
    private final long baseOut;
    private long lastCpu;
    private long lastRead;
    private long lastWritten;
    private long lastIn;
    private long lastOut;
    private long lastNanos;
    private long lastHeld;
    private double byteSeconds;
    private boolean frozen;
    private boolean ended;
    private UsageVector usage;

    /**
     * Where a meter stands, for another life of this process: the control groups outlive it and go on counting.
     *
     * @param usage        as last told
     * @param cpuNanos     what the groups had counted then, and so on
     * @param memory       bytes held then
     * @param epochMillis  when that was, by the wall clock
     * @param networkIn    what the network's device had counted then; 0 without a network
     */
    public record Stand(UsageVector usage, long cpuNanos, long diskRead, long diskWritten, long memory, long epochMillis, long networkIn,
            long networkOut) { }

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
        this.baseCpu = groups.cpuNanos().orElse(0);
        this.lastCpu = baseCpu;
        this.baseRead = groups.diskRead().orElse(0);
        this.lastRead = baseRead;
        this.baseWritten = groups.diskWritten().orElse(0);
        this.lastWritten = baseWritten;
        this.baseIn = groups.networkIn().orElse(0);
        this.lastIn = baseIn;
        this.baseOut = groups.networkOut().orElse(0);
        this.lastOut = baseOut;
        this.lastHeld = groups.memoryBytes().orElse(0);
    }

    /**
     * Goes on where an earlier life of this process stood: what was used between is counted, within the lease's envelope
     * for that time.
     */
    public static Meter resume(GroupReader groups, Resources limits, Stand stand, long epochMillis, LongSupplier nanos) {
        long gap = Math.max(0, epochMillis - stand.epochMillis());
        long held = Math.min(limits.memory(), Math.max(stand.memory(), groups.memoryBytes().orElse(stand.memory())));
        UsageVector missed = UsageVector.ZERO
                .with(Counter.CPU, Math.min(Math.max(0, groups.cpuNanos().orElse(stand.cpuNanos()) - stand.cpuNanos()) / 1000,
                        gap * limits.cores()))
                .with(Counter.MEMORY, (long) (held / 1000.0 * gap))
                .with(Counter.DISK_READ, Math.max(0, groups.diskRead().orElse(stand.diskRead()) - stand.diskRead()))
                .with(Counter.DISK_WRITTEN, Math.max(0, groups.diskWritten().orElse(stand.diskWritten()) - stand.diskWritten()))
                .with(Counter.NETWORK_IN, Math.max(0, groups.networkIn().orElse(stand.networkIn()) - stand.networkIn()))
                .with(Counter.NETWORK_OUT, Math.max(0, groups.networkOut().orElse(stand.networkOut()) - stand.networkOut()))
                .with(Counter.WALL, gap);
        return new Meter(groups, limits, stand.usage().plus(missed), nanos);
    }

    /** Takes a sample and tells where the meter stands. */
    public synchronized Stand stand(long epochMillis) {
        sample();
        return new Stand(usage, lastCpu, lastRead, lastWritten, lastHeld, epochMillis, lastIn, lastOut);
    }

    /** Takes a sample and returns the usage. */
    public synchronized UsageVector sample() {
        if (ended) {
            return usage;
        }
        long now = nanos.getAsLong();
        lastCpu = Math.max(lastCpu, groups.cpuNanos().orElse(lastCpu));
        lastRead = Math.max(lastRead, groups.diskRead().orElse(lastRead));
        lastWritten = Math.max(lastWritten, groups.diskWritten().orElse(lastWritten));
        lastIn = Math.max(lastIn, groups.networkIn().orElse(lastIn));
        lastOut = Math.max(lastOut, groups.networkOut().orElse(lastOut));
        long held = Math.min(limits.memory(), groups.memoryBytes().orElse(lastHeld));
        if (!frozen) {
            byteSeconds += (held / 2.0 + lastHeld / 2.0) * ((now - lastNanos) / 1e9);
        }
        lastHeld = held;
        lastNanos = now;
        long wall = Math.max(0, now - startNanos) / 1_000_000;
        UsageVector read = UsageVector.ZERO
                .with(Counter.CPU, Math.min(Math.max(0, lastCpu - baseCpu) / 1000, wall * limits.cores()))
                .with(Counter.MEMORY, (long) Math.min(byteSeconds, limits.memory() / 1000.0 * wall))
                .with(Counter.DISK_READ, lastRead - baseRead)
                .with(Counter.DISK_WRITTEN, lastWritten - baseWritten)
                .with(Counter.NETWORK_IN, lastIn - baseIn)
                .with(Counter.NETWORK_OUT, lastOut - baseOut)
                .with(Counter.WALL, wall);
        UsageVector before = usage;
        UsageVector total = earlier.plus(read);
        usage = UsageVector.of(c -> Math.max(before.get(c), total.get(c)));
        return usage;
    }

    /** The engine is about to spend so much processor time in the container's name. */
    public synchronized void discount(long cpuNanos) {
        sample();
        baseCpu += cpuNanos;
    }

    /** From now on frozen or not. */
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
