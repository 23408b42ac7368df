package org.zennet.workbench.tests;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Shell;

/**
 * Acts while a dialog waits for an answer: its steps run from the event loop, each when what it waits for is there. What goes wrong
 * closes all dialogs, and is thrown by {@link #end}.
 */
final class Person {
    private static final int TICK_MILLIS = 50;
    private static final long NANOS = 20_000_000_000L;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Display display = Display.getCurrent();
    private Throwable wrong;
    private long deadline;

    private record Step(String waitsFor, BooleanSupplier condition, Runnable action) { }

    /** What to do next, and when. */
    Person when(String what, BooleanSupplier condition, Runnable action) {
        steps.add(new Step(what, condition, action));
        return this;
    }

    /** When a window of a title is open. */
    Person in(String title, java.util.function.Consumer<Shell> action) {
        return when("a window '" + title + "'", () -> shell(title).isPresent(), () -> action.accept(shell(title).orElseThrow()));
    }

    static Optional<Shell> shell(String title) {
        return Arrays.stream(Display.getCurrent().getShells()).filter(s -> s.isVisible() && s.getText().equals(title)).findFirst();
    }

    /** Begins to look. */
    Person begin() {
        deadline = System.nanoTime() + NANOS;
        display.timerExec(TICK_MILLIS, this::tick);
        return this;
    }

    private void tick() {
        if (wrong != null) {
            // closing a dialog may open a question
            List<Shell> dialogs = Arrays.stream(display.getShells()).filter(s -> s.isVisible() && s.getParent() != null).toList();
            if (!dialogs.isEmpty()) {
                display.timerExec(TICK_MILLIS, this::tick);
                dialogs.getLast().dispose();
            }
            return;
        }
        if (steps.isEmpty()) {
            return;
        }
        // before the step: it may open a window that waits in turn
        display.timerExec(TICK_MILLIS, this::tick);
        try {
            if (steps.peek().condition().getAsBoolean()) {
                Step step = steps.poll();
                deadline = System.nanoTime() + NANOS;
                step.action().run();
            } else if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + steps.peek().waitsFor() + " within 20 s; there are " + Arrays.stream(display.getShells()).filter(Shell::isVisible)
                        .map(Shell::getText).toList());
            }
        } catch (RuntimeException | AssertionError e) {
            wrong = e;
        }
    }

    /** Waits until all is done. */
    void end() {
        Ui.await(() -> steps.isEmpty() || wrong != null, () -> "still waiting for " + steps.peek().waitsFor());
        if (wrong != null) {
            throw new AssertionError(wrong.getMessage(), wrong);
        }
    }
}
