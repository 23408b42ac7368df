package org.zennet.headless.internal.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.zennet.headless.internal.control.ControlMethods;
import org.zennet.headless.internal.control.ControlServer;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.health.MetricsServer;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.network.NetworkService;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.node.NodeLauncher.RunningNode;

/** Runs a node in this process until it is told to stop, by a signal or over its control socket. */
final class Foreground implements AutoCloseable {
    private static final long STOP_SECONDS = 30;
    private final RunningNode node;
    private final ControlMethods methods;
    private final ControlServer server;
    private final Optional<MetricsServer> metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Runnable beforeStop = () -> { };
    private boolean closing;

    private Foreground(BundleContext bundles, RunningNode node, ControlMethods methods, ControlServer server, Optional<MetricsServer> metrics) {
        this.node = node;
        this.methods = methods;
        this.server = server;
        this.metrics = metrics;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "zennet-stop"));
        // the launcher runs it before it stops the framework
        bundles.registerService(Runnable.class, this::stop, FrameworkUtil.asDictionary(Map.of("zennet.stop", "first")));
    }

    private void stop() {
        methods.stop();
        close();
    }

    /** Starts it. */
    static Foreground start(BundleContext bundles, NodeRuntime runtime, NodeLauncher.Request request) throws Rejected {
        RunningNode node = runtime.start(request);
        ControlMethods methods = new ControlMethods(bundles);
        Optional<MetricsServer> metrics = Optional.empty();
        try {
            metrics = metrics(runtime, methods);
            return new Foreground(bundles, node, methods, new ControlServer(node.context().directory(), methods), metrics);
        } catch (Rejected e) {
            node.close();
            throw e;
        } catch (IOException e) {
            metrics.ifPresent(MetricsServer::close);
            node.close();
            throw new Rejected("the control socket in " + node.context().directory() + " can't be made: " + e.getMessage(), e);
        }
    }

    /** The endpoint of {@code metrics.port}, where that is set. */
    private static Optional<MetricsServer> metrics(NodeRuntime runtime, ControlMethods methods) throws Rejected {
        Object port = runtime.settings("metrics").get("port");
        if (port == null) {
            return Optional.empty();
        }
        if (!(port instanceof Integer number)) {
            throw new Rejected("metrics.port in config.yaml is a number between 0 and 65535, not '" + port + "'");
        }
        return Optional.of(new MetricsServer(number, methods.readings()));
    }

    /** A service of this process. */
    <S> S service(Class<S> type) throws Rejected {
        return methods.find(type).orElseThrow(() -> new Rejected("the service " + type.getSimpleName() + " is gone: the log tells why"));
    }

    /** Done before services stop, when a signal ends the process. */
    void beforeStop(Runnable action) {
        beforeStop = action;
    }

    /** Waits until the chain is level with the network, at most a number of seconds. */
    void awaitSync(int seconds) throws Rejected {
        try {
            service(ChainService.class).synced().get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new Rejected("the chain is not level with the network after " + seconds + " s: does "
                    + node.context().network().seed() + " answer?", e);
        }
    }

    /** Says that it is up, and waits for the stop. */
    int serve(Common common) throws Rejected {
        Map<String, Object> ready = new java.util.LinkedHashMap<>();
        ready.put("role", node.context().role());
        ready.put("directory", node.context().directory());
        ready.put("identity", service(IdentityService.class).identity());
        ready.put("listening", service(NetworkService.class).listening().toString());
        ready.put("pid", ProcessHandle.current().pid());
        metrics.ifPresent(m -> ready.put("metrics", "http://127.0.0.1:" + m.port() + "/metrics"));
        if (common.json) {
            common.out().line(Json.tree(ready).toString());
        } else {
            common.out().line(ready.get("role") + " is up: listening on " + ready.get("listening") + ", identity "
                    + Output.brief(ready.get("identity").toString()) + ", data in " + ready.get("directory"));
        }
        System.out.flush();
        Thread memory = Thread.ofPlatform().daemon().name("zennet-memory").unstarted(new SpareMemory());
        if (Boolean.getBoolean("zennet.once")) {
            // the launcher archives the classes of a start
            methods.stop();
        } else {
            memory.start();
        }
        try {
            methods.awaitStop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        memory.interrupt();
        close();
        return 0;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                awaitClosed();
                return;
            }
            closing = true;
        }
        try {
            beforeStop.run();
        } finally {
            metrics.ifPresent(MetricsServer::close);
            server.close();
            node.close();
            closed.countDown();
        }
    }

    private void awaitClosed() {
        try {
            closed.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
