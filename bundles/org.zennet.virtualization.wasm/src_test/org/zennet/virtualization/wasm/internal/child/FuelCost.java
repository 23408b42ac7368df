package org.zennet.virtualization.wasm.internal.child;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/**
 * Measures what counting fuel costs and what compiled modules that are kept save, and prints JSON: {@code FuelCost MODULE
 * ROUNDS ARGUMENT...}. Times are processor milliseconds of the thread, medians.
 */
public final class FuelCost {
    private FuelCost() { }

    private interface Work {
        void run() throws Exception;
    }

    private static double cpuMillis(Work work) throws Exception {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6;
    }

    private static double median(int rounds, Work work) throws Exception {
        double[] all = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            all[i] = cpuMillis(work);
        }
        Arrays.sort(all);
        return all[rounds / 2];
    }

    /** A module, how often, and the arguments of its task. */
    public static void main(String[] args) throws Exception {
        byte[] module = Files.readAllBytes(Path.of(args[0]));
        int rounds = Integer.parseInt(args[1]);
        ChildWire.Task task = Tasks.of(new byte[0], 1 << 20, FuelTable.MAX, List.of(args).subList(2, args.length).toArray(String[]::new));
        byte[][] kept = new byte[1][];
        double compile = cpuMillis(() -> Guest.compile(module, 1024, true, new byte[0], made -> kept[0] = made));
        double compileWarm = median(rounds, () -> Guest.compile(module, 1024, true, new byte[0], made -> { }));
        double load = median(rounds, () -> Guest.compile(module, 1024, true, kept[0], made -> { }));
        Guest plain = Guest.compile(module, 1024, false);
        Guest counting = Guest.compile(module, 1024, true);
        ChildWire.Ended[] end = new ChildWire.Ended[1];
        for (int i = 0; i < rounds; i++) {
            plain.run(task, new byte[0][], new Heard());
            end[0] = counting.run(task, new byte[0][], new Heard());
        }
        double without = median(rounds, () -> plain.run(task, new byte[0][], new Heard()));
        double with = median(rounds, () -> counting.run(task, new byte[0][], new Heard()));
        System.out.printf(java.util.Locale.ROOT, "{\"reason\":\"%s\",\"exit\":%d,\"fuel\":%d,\"runMillis\":%.1f,\"runCountedMillis\":%.1f,"
                + "\"ratio\":%.3f,\"compileFirstMillis\":%.1f,\"compileMillis\":%.1f,\"loadKeptMillis\":%.1f,\"rounds\":%d}%n",
                end[0].reason(), end[0].exitCode(), end[0].fuel().orElseThrow().amount(), without, with, with / without, compile,
                compileWarm, load, rounds);
    }
}
