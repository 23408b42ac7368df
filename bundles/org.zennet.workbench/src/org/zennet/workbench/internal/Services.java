package org.zennet.workbench.internal;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/** Looks up services for parts, which the workbench makes itself so that nothing can be injected into them. */
public final class Services {
    private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);
    private static final long PATIENCE_MILLIS = 500;

    private Services() { }

    /** The service that is there now. Never kept by callers. */
    public static <S> Optional<S> find(Class<S> type) {
        BundleContext context = FrameworkUtil.getBundle(Services.class).getBundleContext();
        if (context == null) {
            return Optional.empty();
        }
        ServiceReference<S> reference = context.getServiceReference(type);
        return Optional.ofNullable(reference).map(context::getService);
    }

    /** The clock that views tell ages and days by: a service like any other, so that a test brings its own. */
    public static InstantSource clock() {
        return find(InstantSource.class).orElseGet(InstantSource::system);
    }

    /** For the UI thread: asks a service on another thread, and waits half a second at most before it takes the other answer. */
    public static <S, T> T ask(Class<S> type, Function<S, T> question, T otherwise) {
        return CompletableFuture.supplyAsync(() -> find(type).map(question).orElse(otherwise), VIRTUAL)
                .completeOnTimeout(otherwise, PATIENCE_MILLIS, TimeUnit.MILLISECONDS).exceptionally(e -> otherwise).join();
    }
}
