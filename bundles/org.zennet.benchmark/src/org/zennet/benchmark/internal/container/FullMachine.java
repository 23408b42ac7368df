package org.zennet.benchmark.internal.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;
import org.zennet.services.market.ContainerMeasurements;

/**
 * All of a machine that is for rent in real containers: as many workers as cores, and holders of the memory that is left, at most
 * {@value #MOST_HOLDERS} of a GiB each and no more than is free. What starts is ended by {@link #close}.
 */
final class FullMachine implements CalibrationSite, AutoCloseable {
    /** A worker's memory: the kernels need no more. */
    private static final long WORKER_MEMORY = 64 << 20;
    private static final long HOLDER_MEMORY = 1L << 30;
    private static final long LEAST_HOLDER = 32 << 20;
    private static final int MOST_HOLDERS = 64;
    /** For the start of a holder's program only. */
    private static final int HOLDER_CORES = ContainerMeasurements.HOLDING_CORES / MOST_HOLDERS;
    /** What a machine keeps free, in bytes. */
    private static final long RESERVE = 1L << 30;
    /** What a container of this backend may need of memory besides what was rented, in bytes. */
    private static final long BESIDE = 160L << 20;
    /** Longer than any calibration. */
    private static final long HOLD_MILLIS = 3_000_000;
    private static final long WAIT_MILLIS = 60_000;
    private static final long LOOK_MILLIS = 20;
    /** Processor time after which a task is at work, in microseconds. */
    private static final long AT_WORK = 50_000;

    private final Resources worker;
    private final Resources holder;
    private final List<Workload> workers = new ArrayList<>();
    private final List<Workload> holders = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<Workload.Done>> holding = new ArrayList<>();

    private FullMachine(Resources worker, Resources holder) {
        this.worker = worker;
        this.holder = holder;
    }

    /** Starts all containers and lets them hold their memory; takes some seconds. */
    static FullMachine start(ContainerBackend backend, Resources machine) throws Rejected, InterruptedException {
        int n = (machine.cores() + 999) / 1000;
        Resources worker = new Resources(machine.cores() / n, WORKER_MEMORY, 0);
        long most;
        try {
            most = Math.min(HOLDER_MEMORY, backend.probe().largest().memory());
        } catch (ContainerException e) {
            throw new Rejected("this kind of container does not run here: " + e.getMessage(), e);
        }
        int holders = holders(machine.memory() - n * WORKER_MEMORY, most, available() - RESERVE - n * (WORKER_MEMORY + BESIDE));
        long each = Math.max(LEAST_HOLDER, Math.min(most, (machine.memory() - n * WORKER_MEMORY) / holders)) >> 20 << 20;
        FullMachine site = new FullMachine(worker, new Resources(HOLDER_CORES, each, 0));
        try {
            for (int i = 0; i < n; i++) {
                site.workers.add(Workload.start(backend, worker));
            }
            for (int i = 0; i < holders; i++) {
                site.holders.add(Workload.start(backend, site.holder));
            }
            site.hold();
            return site;
        } catch (Rejected | InterruptedException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    /** How many containers hold so much memory, of at most so much each, where so much is free. */
    static int holders(long wanted, long most, long free) {
        long holders = Math.ceilDiv(Math.max(LEAST_HOLDER, wanted), most);
        long fit = Math.max(1, free / (most + BESIDE));
        return (int) Math.min(Math.min(holders, fit), MOST_HOLDERS);
    }

    /** Free memory of this machine, or as much as there can be where nothing tells. */
    private static long available() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(l -> l.startsWith("MemAvailable:")).mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) << 10).findFirst().orElse(Long.MAX_VALUE / 2);
        } catch (IOException | java.io.UncheckedIOException e) {
            return Long.MAX_VALUE / 2;
        }
    }

    /** All but what a container's own processes and page tables take. */
    private void hold() throws Rejected, InterruptedException {
        long bytes = holder.memory() - holder.memory() / 100 - (4 << 20);
        for (Workload h : holders) {
            holding.add(threads.submit(() -> h.hold(bytes, HOLD_MILLIS)));
        }
        for (int i = 0; i < holders.size(); i++) {
            Future<Workload.Done> task = holding.get(i);
            Workload h = holders.get(i);
            await("memory is not held", () -> task.isDone() || holds(h, bytes));
            if (task.isDone()) {
                done(task);
            }
        }
    }

    /** Whether a holder held nearly all of its memory just now. */
    private static boolean holds(Workload h, long bytes) throws Rejected, InterruptedException {
        UsageVector before = h.usage();
        TimeUnit.MILLISECONDS.sleep(10 * LOOK_MILLIS);
        UsageVector used = h.usage().since(before);
        return used.get(Counter.MEMORY) * 1000.0 >= 0.97 * bytes * used.get(Counter.WALL) && used.get(Counter.WALL) > 0;
    }

    @Override
    public int workers() {
        return workers.size();
    }

    @Override
    public Resources worker() {
        return worker;
    }

    @Override
    public int holders() {
        return holders.size();
    }

    @Override
    public Resources holder() {
        return holder;
    }

    @Override
    public Workload.Done run(int at, Mix mix) throws Rejected, InterruptedException {
        return workers.get(at).run(mix);
    }

    @Override
    public Window window(List<Optional<Mix>> mixes, long millis) throws Rejected, InterruptedException {
        List<UsageVector> idle = read(workers);
        List<Optional<Future<Workload.Done>>> tasks = new ArrayList<>();
        for (int i = 0; i < mixes.size(); i++) {
            Workload w = workers.get(i);
            tasks.add(mixes.get(i).map(m -> threads.submit(() -> w.run(m))));
        }
        for (int i = 0; i < mixes.size(); i++) {
            Optional<Future<Workload.Done>> task = tasks.get(i);
            Workload w = workers.get(i);
            UsageVector before = idle.get(i);
            await("a kernel does not start", () -> task.isEmpty() || task.get().isDone() || w.usage().since(before).get(Counter.CPU) >= AT_WORK);
        }
        List<UsageVector> held = read(holders);
        List<UsageVector> worked = read(workers);
        TimeUnit.MILLISECONDS.sleep(millis);
        List<UsageVector> workedThen = read(workers);
        List<UsageVector> heldThen = read(holders);
        boolean early = tasks.stream().anyMatch(t -> t.isPresent() && t.get().isDone());
        for (Optional<Future<Workload.Done>> t : tasks) {
            if (t.isPresent()) {
                done(t.get());
            }
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            UsageVector used = workedThen.get(i).since(worked.get(i));
            parts.add(new Part(used, tasks.get(i).isPresent() ? used.get(Counter.WALL) : 0));
        }
        return new Window(parts, since(heldThen, held), early);
    }

    @Override
    public Window spell(List<Mix> mixes, long idleMillis) throws Rejected, InterruptedException {
        List<UsageVector> held = read(holders);
        List<UsageVector> before = read(workers);
        List<Future<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < mixes.size(); i++) {
            Workload w = workers.get(i);
            Mix mix = mixes.get(i);
            tasks.add(threads.submit(() -> {
                UsageVector first = w.usage();
                w.run(mix);
                return w.usage().since(first).get(Counter.WALL);
            }));
        }
        List<Long> busy = new ArrayList<>();
        for (Future<Long> t : tasks) {
            busy.add(done(t));
        }
        TimeUnit.MILLISECONDS.sleep(idleMillis);
        List<UsageVector> after = read(workers);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            parts.add(new Part(after.get(i).since(before.get(i)), busy.get(i)));
        }
        return new Window(parts, since(read(holders), held), false);
    }

    private static List<UsageVector> read(List<Workload> of) throws Rejected {
        List<UsageVector> all = new ArrayList<>();
        for (Workload w : of) {
            all.add(w.usage());
        }
        return all;
    }

    private static List<UsageVector> since(List<UsageVector> after, List<UsageVector> before) {
        List<UsageVector> all = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            all.add(after.get(i).since(before.get(i)));
        }
        return all;
    }

    private static void await(String otherwise, Callable<Boolean> reached) throws Rejected, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        try {
            while (!reached.call()) {
                if (System.nanoTime() - end > 0) {
                    throw new Rejected(otherwise + " within " + WAIT_MILLIS / 1000 + " s: is the machine overloaded?");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (Rejected | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T done(Future<T> task) throws Rejected, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Rejected r) {
                throw new Rejected(r.getMessage(), r);
            }
            throw new Rejected("a task of the calibration failed: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        List<Workload> all = new ArrayList<>(workers);
        all.addAll(holders);
        List<Future<?>> ends = new ArrayList<>();
        for (Workload w : all) {
            ends.add(threads.submit(w::close));
        }
        for (Future<?> end : ends) {
            try {
                end.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                org.slf4j.LoggerFactory.getLogger(FullMachine.class).warn("a container of the calibration did not end in order: {}", e.getCause().getMessage());
            }
        }
        threads.shutdownNow();
    }
}
