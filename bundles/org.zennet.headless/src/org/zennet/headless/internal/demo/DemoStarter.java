package org.zennet.headless.internal.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.DemoMarkets;

/** Makes demo markets for a desktop. */
@Component
public final class DemoStarter implements DemoMarkets {
    @Override
    public Market start(int providers, Consumer<String> said, BooleanSupplier cancelled) throws Rejected, InterruptedException {
        String home = System.getProperty("zennet.home");
        String launcher = System.getProperty("zennet.launcher");
        if (home == null || launcher == null) {
            throw new Rejected("the 'zennet' script of this installation is not known: start the workbench with it");
        }
        if (providers < 2 || providers > 16) {
            throw new Rejected("a demo has 2 to 16 providers, not " + providers);
        }
        Path job = DemoBackend.example(Path.of(home), "wasm");
        if (!Files.isRegularFile(job)) {
            throw new Rejected("there is no job file " + job);
        }
        DemoMarket market = make(Path.of(launcher));
        // whatever happens to this process, the market goes with it
        Thread hook = new Thread(() -> end(market), "zennet-demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean up = false;
        try {
            step("Making a private network", said, cancelled);
            market.makeNetwork();
            step("Starting a node and a miner", said, cancelled);
            market.startChain();
            step("Starting " + providers + " providers", said, cancelled);
            market.startProviders(providers, List.of());
            if (cancelled.getAsBoolean()) {
                throw new InterruptedException("cancelled");
            }
            up = true;
            return new Running(market, job, hook);
        } finally {
            if (!up) {
                end(market);
                unhook(hook);
            }
        }
    }

    private static DemoMarket make(Path launcher) throws Rejected {
        try {
            return new DemoMarket(Files.createTempDirectory("zennet-demo-"), launcher, false);
        } catch (IOException e) {
            throw new Rejected("no temporary directory can be made: " + e.getMessage(), e);
        }
    }

    private static void end(DemoMarket market) {
        market.close();
        market.forget();
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this process ends, and the hook runs
        }
    }

    private static void step(String what, Consumer<String> said, BooleanSupplier cancelled) throws InterruptedException {
        if (cancelled.getAsBoolean()) {
            throw new InterruptedException("cancelled");
        }
        said.accept(what);
    }

    private record Running(DemoMarket market, Path job, Thread hook) implements Market {
        @Override
        public JoinLine join() {
            return market.join();
        }

        @Override
        public Path directory() {
            return market.directory();
        }

        @Override
        public void close() {
            end(market);
            unhook(hook);
        }
    }
}
