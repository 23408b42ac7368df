package org.zennet.benchmark.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The same kernel on several threads at once, each with its own data; counts what all do together. */
final class AllCores implements Kernel {
    private final List<Kernel> kernels = new ArrayList<>();
    private final ExecutorService threads;
    private final int rounds;

    /**
     * @param rounds how many batches each thread does in one of this kernel, so that starting together costs little
     */
    AllCores(Supplier<Kernel> kernel, int threads, int rounds) {
        this.rounds = rounds;
        for (int i = 0; i < threads; i++) {
            kernels.add(kernel.get());
        }
        this.threads = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("zennet-benchmark-", 0).factory());
    }

    @Override
    public String id() {
        return kernels.get(0).id().replace("/", "-all/");
    }

    @Override
    public String unit() {
        return kernels.get(0).unit();
    }

    @Override
    public long countPerBatch() {
        return kernels.get(0).countPerBatch() * kernels.size() * rounds;
    }

    @Override
    public long batch(long seed) {
        List<CompletableFuture<Long>> all = kernels.stream().map(k -> CompletableFuture.supplyAsync(() -> {
            long sum = 0;
            for (int i = 0; i < rounds; i++) {
                sum += k.batch(seed + i);
            }
            return sum;
        }, threads)).toList();
        return all.stream().mapToLong(CompletableFuture::join).sum();
    }

    @Override
    public void close() {
        threads.close();
        kernels.forEach(Kernel::close);
    }
}
