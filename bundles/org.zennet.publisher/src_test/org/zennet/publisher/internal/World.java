package org.zennet.publisher.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.zennet.api.value.Amount;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.job.JobBook;
import org.zennet.publisher.machine.JobPlan;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.store.DurableStore;

/** A publisher and its surroundings in virtual time. */
final class World {
    final Loop loop = new Loop();
    final FakeKeys keys = new FakeKeys();
    final FakeMoney money = new FakeMoney(loop);
    final FakeRegistries registries = new FakeRegistries();
    final FakeNetwork network = new FakeNetwork(loop, keys.identity(100).identity());
    final List<FakeProvider> providers = new ArrayList<>();
    final Path directory;
    DurableStore store = DurableStore.inMemory();
    Publisher publisher;

    World(Path directory) {
        this.directory = directory;
        publisher = open();
    }

    Publisher open() {
        Ports ports = new Ports(network, money.wallet, money.channels, money.chain, keys.identity(100), keys, registries, registries, registries,
                registries, loop, loop::nanos, new Random(5), loop, loop);
        Settings settings = new Settings(Optional.empty(), 16, "ceiling", Amount.ofXen(1), 1 << 20, 0, true,
                new JobPlan.Waits(60_000, 15_000, 30_000, 2000));
        return new Publisher(ports, settings, new JobBook(store), new ContentStore(directory.resolve("content")));
    }

    FakeProvider provider() {
        FakeProvider p = new FakeProvider(providers.size() + 1, loop, money, keys, network);
        providers.add(p);
        return p;
    }

    World honest(int count) {
        for (int i = 0; i < count; i++) {
            provider();
        }
        return this;
    }

    Path job(int count, String more) throws IOException {
        Files.write(directory.resolve("prog.wasm"), new byte[300_000]);
        Path file = directory.resolve("job.yaml");
        Files.writeString(file, """
                zennet: 1
                name: echo
                module: prog.wasm
                backend: wasm
                array: { count: %d, first: 1 }
                task: { args: [say, "${index}"], timeout: 60s }
                reduce: { args: [reduce], stdin: outputs, timeout: 60s, extract: tar }
                resources: { memory: 64MiB, cores: 1 }
                budget: { total: 5 XEN }
                deadline: 10m
                %s
                """.formatted(count, more));
        return file;
    }

    /** A job of programs in an image, with files in and out. */
    Path programs(int count, String task, String more) throws IOException {
        Images.saved(directory.resolve("prog.tar"), "amd64");
        Files.createDirectories(directory.resolve("data/deep"));
        Files.writeString(directory.resolve("data/common"), "same");
        Files.writeString(directory.resolve("data/deep/run"), "x");
        directory.resolve("data/deep/run").toFile().setExecutable(true, false);
        for (int i = 1; i <= count; i++) {
            Files.writeString(directory.resolve("part-" + i), "part " + i);
        }
        Path file = directory.resolve("job.yaml");
        Files.writeString(file, """
                zennet: 1
                name: programs
                image: prog.tar
                backend: docker
                array: { count: %d, first: 1 }
                task:
                  command: [/bin/other, "${index}"]
                  args: [say, "${index}"]
                  environment: { WHO: "${index}", LANG: C }
                  inputs: [data, { path: "part-${index}", name: part }]
                  timeout: 60s
                  %s
                %s
                budget: { total: 5 XEN }
                deadline: 10m
                """.formatted(count, task, more));
        return file;
    }

    String submit(int count) throws IOException, Rejected {
        return publisher.submit(job(count, ""), directory.resolve("results"));
    }

    JobInfo info(String id) {
        return publisher.job(id).orElseThrow();
    }

    JobInfo finish(String id) {
        loop.until(() -> info(id).ended().isPresent(), 1200);
        return info(id);
    }
}
