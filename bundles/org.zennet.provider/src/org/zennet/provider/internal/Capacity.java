package org.zennet.provider.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Resources;

/** What is for rent and what is sold. Thread-safe. Each provider keeps its own: several on one machine don't see each other. */
public final class Capacity {
    private Resources machine;
    private int maxLeases;
    private final Map<String, Resources> sold = new HashMap<>();
    private int perMille = 1000;

    /** All of a machine, for so many leases at most. */
    public Capacity(Resources machine, int maxLeases) {
        this.machine = machine;
        this.maxLeases = maxLeases;
    }

    /** Sells only so much of the machine from now on, in thousandths; what is sold stays sold. Tells whether it was another share before. */
    public synchronized boolean share(int thousandths) {
        boolean other = perMille != thousandths;
        perMille = thousandths;
        return other;
    }

    /** Rents out so much from now on; what is sold stays sold, also where it is more. */
    public synchronized void change(Resources to, int leases) {
        machine = to;
        maxLeases = leases;
    }

    /** What is for rent in all. */
    public synchronized Resources machine() {
        return machine;
    }

    /** Whether so much is free, in thousandths of a core and in bytes. */
    public synchronized boolean fits(long cores, long memory) {
        return sold.size() < maxLeases && cores(sold) + cores <= (long) machine.cores() * perMille / 1000
                && memory(sold) + memory <= machine.memory() / 1000 * perMille + (perMille == 1000 ? machine.memory() % 1000 : 0);
    }

    /** Takes so much for a lease, if it is free. */
    public synchronized boolean reserve(String lease, Resources need) {
        if (sold.containsKey(lease) || !fits(need.cores(), need.memory())) {
            return false;
        }
        sold.put(lease, need);
        return true;
    }

    /** Gives back what a lease held; twice is no error. */
    public synchronized void release(String lease) {
        sold.remove(lease);
    }

    /** The leases that hold something. */
    public synchronized Set<String> holders() {
        return Set.copyOf(sold.keySet());
    }

    /** What running leases hold; empty when there are none. */
    public synchronized Optional<Resources> sold() {
        return sold.isEmpty() ? Optional.empty()
                : Optional.of(new Resources((int) cores(sold), memory(sold), 0));
    }

    /** How much is sold, in thousandths: of cores or memory, whichever is more. */
    public synchronized int utilisationPerMille() {
        return (int) Math.max(cores(sold) * 1000 / machine.cores(), memory(sold) / 1024 * 1000 / (machine.memory() / 1024));
    }

    private static long cores(Map<String, Resources> all) {
        return all.values().stream().mapToLong(Resources::cores).sum();
    }

    private static long memory(Map<String, Resources> all) {
        return all.values().stream().mapToLong(Resources::memory).sum();
    }
}
