package org.zennet.workbench.internal.views;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.core.runtime.ILog;
import org.eclipse.swt.SWTException;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;

/**
 * Keeps a widget level with a service: takes a snapshot on a worker thread twice a second and shows it on the UI thread
 * only when it differs. Ends with the widget. No service is ever called on the UI thread.
 *
 * @param <T> of snapshots
 */
public final class Live<T> implements Runnable {
    private static final ScheduledExecutorService WORKER = Executors.newSingleThreadScheduledExecutor(
            r -> Thread.ofPlatform().daemon().name("zennet-views").unstarted(r));
    private static final ExecutorService COMPUTING = Executors.newSingleThreadExecutor(
            r -> Thread.ofPlatform().daemon().name("zennet-rows").unstarted(r));
    private static final long PERIOD_MILLIS = 500;

    private final Control widget;
    private final Display display;
    private final Supplier<T> snapshot;
    private final BiPredicate<T, T> same;
    private final Consumer<T> show;
    private T last;
    private boolean failing;

    private Live(Control widget, Supplier<T> snapshot, BiPredicate<T, T> same, Consumer<T> show) {
        this.widget = widget;
        this.display = widget.getDisplay();
        this.snapshot = snapshot;
        this.same = same;
        this.show = show;
    }

    /**
     * Begins.
     *
     * @param widget   whose life it follows
     * @param snapshot what to show; runs on a worker
     * @param same     whether two snapshots show the same
     * @param show     shows one; runs on the UI thread
     */
    public static <T> void follow(Control widget, Supplier<T> snapshot, BiPredicate<T, T> same, Consumer<T> show) {
        ScheduledFuture<?> task = WORKER.scheduleWithFixedDelay(new Live<>(widget, snapshot, same, show), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        widget.addDisposeListener(e -> task.cancel(false));
    }

    /**
     * Computes something on a worker and goes on with it on the UI thread, while a widget lives. What is asked later is told later.
     *
     * @param then runs on the UI thread
     */
    public static <T> void compute(Control widget, Supplier<T> what, Consumer<T> then) {
        Display display = widget.getDisplay();
        COMPUTING.execute(() -> {
            try {
                T answer = what.get();
                display.asyncExec(() -> {
                    if (!widget.isDisposed()) {
                        then.accept(answer);
                    }
                });
            } catch (SWTException e) {
                // the display is gone, and the widget with it
            } catch (RuntimeException e) {
                ILog.of(Live.class).warn("rows could not be arranged: " + e.getMessage(), e);
            }
        });
    }

    @Override
    public void run() {
        try {
            T now = snapshot.get();
            failing = false;
            if (last == null || !same.test(last, now)) {
                last = now;
                display.asyncExec(() -> {
                    if (!widget.isDisposed()) {
                        show.accept(now);
                    }
                });
            }
        } catch (SWTException e) {
            // the display is gone, and the view with it
        } catch (RuntimeException e) {
            // services go while they are asked, when the node stops; what lasts is told once
            if (failing || widget.isDisposed()) {
                return;
            }
            failing = true;
            ILog.of(Live.class).warn("a view could not be refreshed: " + e.getMessage(), e);
        }
    }
}
