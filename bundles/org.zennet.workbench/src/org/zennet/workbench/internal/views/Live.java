package org.zennet.workbench.internal.views;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.core.runtime.ILog;
import org.eclipse.swt.widgets.Control;

/**
 * Keeps a widget level with a service: takes a snapshot on a worker thread twice a second and shows it on the UI thread
 * only when it differs. Ends with the widget. No service is ever called on the UI thread.
 */
final class Live {
    private static final ScheduledExecutorService WORKER = Executors.newSingleThreadScheduledExecutor(
            r -> Thread.ofPlatform().daemon().name("zennet-views").unstarted(r));
    private static final long PERIOD_MILLIS = 500;

    private Live() { }

    /**
     * Begins.
     *
     * @param widget   whose life it follows
     * @param snapshot what to show; runs on a worker
     * @param same     whether two snapshots show the same
     * @param show     shows one; runs on the UI thread
     */
    static <T> void follow(Control widget, Supplier<T> snapshot, BiPredicate<T, T> same, Consumer<T> show) {
        Object[] last = new Object[1];
        var task = WORKER.scheduleWithFixedDelay(() -> {
            try {
                T now = snapshot.get();
                @SuppressWarnings("unchecked")
                T before = (T) last[0];
                if ((before == null || !same.test(before, now)) && !widget.isDisposed()) {
                    last[0] = now;
                    widget.getDisplay().asyncExec(() -> {
                        if (!widget.isDisposed()) {
                            show.accept(now);
                        }
                    });
                }
            } catch (RuntimeException e) {
                if (!widget.isDisposed()) {
                    ILog.of(Live.class).warn("a view could not be refreshed: " + e.getMessage(), e);
                }
            }
        }, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        widget.addDisposeListener(e -> task.cancel(false));
    }
}
