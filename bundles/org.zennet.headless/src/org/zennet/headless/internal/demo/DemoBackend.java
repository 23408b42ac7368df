package org.zennet.headless.internal.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.headless.internal.cli.BackendOptions;
import org.zennet.headless.internal.cli.Misused;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.market.BackendRegistry;

/** The containers of a demo: what its providers sell and its publisher recomputes in. Closing ends an engine that it started. */
final class DemoBackend implements AutoCloseable {
    private static final String WASM = "wasm";
    private final String id;
    private final Optional<DemoEngine> engine;

    private DemoBackend(String id, Optional<DemoEngine> engine) {
        this.id = id;
        this.engine = engine;
    }

    /** With an engine where it needs one. */
    static DemoBackend open(String id, Optional<Path> socket) throws Rejected {
        checked(id);
        if (!id.equals("docker") && socket.isPresent()) {
            throw new Misused("--docker-socket goes with --backend docker");
        }
        return new DemoBackend(id, id.equals("docker") ? Optional.of(DemoEngine.open(socket)) : Optional.empty());
    }

    String id() {
        return id;
    }

    boolean isWasm() {
        return id.equals(WASM);
    }

    Optional<DemoEngine> engine() {
        return engine;
    }

    /** The folding of the examples for some kind of containers. */
    static Path example(Path home, String id) throws Rejected {
        Path file = home.resolve("examples/folding/job" + (id.equals(WASM) ? "" : "-" + checked(id)) + ".yaml");
        if (!id.equals(WASM) && !Files.isRegularFile(file)) {
            throw new Rejected("there is no example for the backend '" + id + "': use wasm, docker or sandbox, or name a job with --job");
        }
        return file;
    }

    private static String checked(String id) throws Rejected {
        if (!id.matches("[a-z0-9-]{1,40}")) {
            throw new Misused("--backend takes wasm, docker or sandbox, not '" + id + "'");
        }
        return id;
    }

    /** What makes a process have them. */
    List<String> options() {
        List<String> words = new ArrayList<>();
        if (!isWasm()) {
            words.addAll(List.of("--backends", id));
        }
        engine.ifPresent(e -> words.addAll(List.of("--docker-socket", e.socket().toString())));
        return words;
    }

    /**
     * Tries the backend here, in this process, before anything else is started.
     *
     * @param directory for its files
     * @throws Rejected with its own reason, when containers can't run here
     */
    void probe(BundleContext bundles, NodeRuntime runtime, Path directory) throws Rejected {
        if (isWasm()) {
            return;
        }
        Map<String, Object> settings = new LinkedHashMap<>(Map.of("linger", 1000L));
        engine.ifPresent(e -> settings.putAll(BackendOptions.docker(e.socket().toString())));
        try (AutoCloseable _ = runtime.backend(Files.createDirectories(directory), id, settings)) {
            BackendRegistry registry = bundles.getService(bundles.getServiceReference(BackendRegistry.class));
            ContainerBackend backend = registry.backend(id).orElseThrow(() -> new ContainerException("the backend is gone"));
            backend.probe();
        } catch (ContainerException e) {
            throw new Rejected("no " + id + " containers can run here: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new Rejected(directory + " can't be made: " + e.getMessage(), e);
        } catch (Rejected | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new Rejected("no " + id + " containers can run here: " + e.getMessage(), e);
        }
    }

    /** The processes of an engine of its own that are still there. */
    List<Long> left() {
        return engine.map(DemoEngine::left).orElse(List.of());
    }

    @Override
    public void close() {
        engine.ifPresent(DemoEngine::close);
    }
}
