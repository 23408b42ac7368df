package org.zennet.virtualization.wasm.internal.host;

import java.util.OptionalLong;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/**
 * What one child has used since it was ready, read from outside of it. Processor time is that of its whole process
 * less what starting cost; memory is its resident set, capped by the limit, integrated at each sample; both are capped
 * by the envelope of the lease, so that the runtime's own threads are never billed beyond it. Never falls; frozen time
 * counts as wall time only; after the end the last reading stays. Thread-safe.
 */
final class Meter {
    private final Posix posix;
    private final long pid;
    private final Resources limits;
    private long startNanos;
    private long baseCpu;
    private long lastCpu;
    private long lastNanos;
    private long lastResident;
    private double byteSeconds;
    private boolean frozen;
    private boolean started;
    private boolean ended;
    private UsageVector usage = UsageVector.ZERO;

    Meter(Posix posix, long pid, Resources limits) {
        this.posix = posix;
        this.pid = pid;
        this.limits = limits;
    }

    /** The container is ready: from here on it is metered. */
    synchronized void start() {
        started = true;
        startNanos = System.nanoTime();
        lastNanos = startNanos;
        baseCpu = posix.cpuNanos(pid).orElse(0);
        lastCpu = baseCpu;
        lastResident = posix.residentBytes(pid).orElse(0);
    }

    /** Takes a sample and returns the usage. */
    synchronized UsageVector sample() {
        if (!started || ended) {
            return usage;
        }
        long now = System.nanoTime();
        OptionalLong cpu = posix.cpuNanos(pid);
        OptionalLong resident = posix.residentBytes(pid);
        if (cpu.isPresent()) {
            lastCpu = Math.max(lastCpu, cpu.getAsLong());
        }
        if (!frozen) {
            long held = Math.min(limits.memory(), (lastResident + resident.orElse(lastResident)) / 2);
            byteSeconds += held * ((now - lastNanos) / 1e9);
        }
        lastResident = resident.orElse(lastResident);
        lastNanos = now;
        long wall = (now - startNanos) / 1_000_000;
        long cpuMicros = Math.min((lastCpu - baseCpu) / 1000, Math.multiplyExact(wall, (long) limits.cores()));
        long memory = Math.min((long) byteSeconds, limits.memory() / 1000 * wall);
        UsageVector read = UsageVector.ZERO.with(Counter.CPU, cpuMicros).with(Counter.MEMORY, memory)
                .with(Counter.WALL, wall);
        UsageVector before = usage;
        usage = UsageVector.of(c -> Math.max(before.get(c), read.get(c)));
        return usage;
    }

    /** From now on frozen or not. */
    synchronized void frozen(boolean now) {
        sample();
        // usage is told in whole milliseconds of wall time: what lies beyond the last one must not come out while it is frozen
        byteSeconds = Math.min(byteSeconds, usage.get(Counter.MEMORY));
        frozen = now;
    }

    /** Takes the last sample. */
    synchronized void end() {
        sample();
        ended = true;
    }

    /** The resident bytes at the last sample. */
    synchronized long resident() {
        return lastResident;
    }
}
