package org.zennet.headless.internal.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.market.ContainerMeasurements;

/** A container backend in a temporary directory, without a node; both are gone when it is closed. */
final class Backend implements AutoCloseable {
    private static final int MOST_LOOKS = 15;
    private static final long LOOK_MILLIS = 200;
    private final BundleContext bundles;
    private final Path directory;
    private final AutoCloseable started;

    private Backend(BundleContext bundles, Path directory, AutoCloseable started) {
        this.bundles = bundles;
        this.directory = directory;
        this.started = started;
    }

    static Backend start(BundleContext bundles, NodeRuntime runtime, String id) throws Rejected {
        return start(bundles, runtime, id, Map.of());
    }

    /** With settings of the backend's component. */
    static Backend start(BundleContext bundles, NodeRuntime runtime, String id, Map<String, Object> more) throws Rejected {
        Map<String, Object> settings = new java.util.HashMap<>(more);
        settings.put("linger", 1000L);
        Path directory;
        try {
            directory = Files.createTempDirectory("zennet-backend");
        } catch (IOException e) {
            throw new Rejected("no temporary directory: " + e.getMessage(), e);
        }
        try {
            return new Backend(bundles, directory, runtime.backend(directory, id, settings));
        } catch (Rejected | RuntimeException e) {
            delete(directory);
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    ContainerMeasurements measurements() throws Rejected {
        return service(ContainerMeasurements.class);
    }

    <S> S service(Class<S> type) throws Rejected {
        ServiceReference<S> reference = bundles.getServiceReference(type);
        if (reference == null) {
            throw new Rejected("there is no " + type.getSimpleName() + " in this product");
        }
        return bundles.getService(reference);
    }

    @Override
    public void close() {
        try {
            started.close();
        } catch (Exception e) {
            org.slf4j.LoggerFactory.getLogger(Backend.class).warn("the backend did not end in order: {}", e.getMessage());
        }
        awaitDeleted();
    }

    /** The keeper goes a second after its last container, and writes until then. */
    private void awaitDeleted() {
        int gone = 0;
        for (int i = 0; i < MOST_LOOKS && gone < 2; i++) {
            gone = Files.exists(directory) ? 0 : gone + 1;
            delete(directory);
            try {
                java.util.concurrent.TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException | java.io.UncheckedIOException e) {
            directory.toFile().deleteOnExit();
        }
    }
}
