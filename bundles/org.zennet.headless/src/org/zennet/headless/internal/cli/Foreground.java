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
import org.zennet.services.Registration;
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
    private final Endpoint metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Runnable beforeStop = () -> { };
    private boolean closing;

    private Foreground(BundleContext bundles, RunningNode node, ControlMethods methods, ControlServer server, Endpoint metrics) {
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
        Optional<Endpoint> metrics = Optional.empty();
        try {
            metrics = Optional.of(new Endpoint(runtime, methods));
            return new Foreground(bundles, node, methods, new ControlServer(node.context().directory(), methods), metrics.get());
        } catch (Rejected e) {
            node.close();
            throw e;
        } catch (IOException e) {
            metrics.ifPresent(Endpoint::close);
            node.close();
            throw new Rejected("the control socket in " + node.context().directory() + " can't be made: " + e.getMessage(), e);
        }
    }

    /** The endpoint of {@code metrics.port}, where that is set; it follows that setting. */
    private static final class Endpoint implements AutoCloseable {
        private final ControlMethods methods;
        private Optional<MetricsServer> server = Optional.empty();
        private Optional<Integer> wanted = Optional.empty();
        private final Registration part;

        Endpoint(NodeRuntime runtime, ControlMethods methods) throws Rejected {
            this.methods = methods;
            part = runtime.part("metrics", this::listen);
            try {
                listen(runtime.settings("metrics"));
            } catch (Rejected e) {
                part.close();
                throw e;
            }
        }

        /** Nothing changes when the new port can't be had. */
        private synchronized void listen(Map<String, Object> settings) throws Rejected {
            Object port = settings.get("port");
            if (port != null && !(port instanceof Integer)) {
                throw new Rejected("metrics.port in config.yaml is a number between 0 and 65535, not '" + port + "'");
            }
            Optional<Integer> now = Optional.ofNullable((Integer) port);
            if (!now.equals(wanted)) {
                Optional<MetricsServer> made = now.isEmpty() ? Optional.empty() : Optional.of(new MetricsServer(now.get(), methods.readings()));
                server.ifPresent(MetricsServer::close);
                server = made;
                wanted = now;
            }
        }

        synchronized Optional<MetricsServer> server() {
            return server;
        }

        @Override
        public synchronized void close() {
            part.close();
            server.ifPresent(MetricsServer::close);
            server = Optional.empty();
            wanted = Optional.empty();
        }
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
        metrics.server().ifPresent(m -> ready.put("metrics", "http://127.0.0.1:" + m.port() + "/metrics"));
        if (common.json) {
            common.out().line(Json.tree(ready).toString());
        } else {
            common.out().line(ready.get("role") + " is up: listening on " + ready.get("listening") + ", identity "
                    + Output.brief(ready.get("identity").toString()) + ", data in " + ready.get("directory"));
        }
        System.out.flush();
        boolean once = Boolean.getBoolean("zennet.once");
        if (once) {
            // the launcher archives the classes of a start
            methods.stop();
        }
        try (AutoCloseable _ = once ? () -> { } : SpareMemory.ofThisProcess()) {
            methods.awaitStop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
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
            metrics.close();
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
