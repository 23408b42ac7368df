package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.e4.ui.model.application.ui.basic.MPart;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.WorkbenchException;

/** Drives the window from the UI thread. */
final class Ui {
    private static final long NANOS = 20_000_000_000L;

    private Ui() { }

    static IWorkbenchWindow window() {
        return PlatformUI.getWorkbench().getWorkbenchWindows()[0];
    }

    static IWorkbenchPage page() {
        return window().getActivePage();
    }

    /** Lets the window live until something holds; fails after 20 seconds with what was there instead. */
    static void await(BooleanSupplier condition, Supplier<String> instead) {
        Display display = Display.getCurrent();
        long deadline = System.nanoTime() + NANOS;
        boolean[] tick = {true};
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("not within 20 s; there was: " + instead.get());
            }
            if (tick[0]) {
                tick[0] = false;
                display.timerExec(20, () -> tick[0] = true);
            }
            if (!display.readAndDispatch()) {
                display.sleep();
            }
        }
    }

    /** Opens a view alone and gives its controls. */
    static Composite show(String id) {
        try {
            IViewPart view = page().showView(id);
            return (Composite) view.getSite().getService(MPart.class).getWidget();
        } catch (PartInitException e) {
            throw new AssertionError(id, e);
        }
    }

    static void perspective(String id) {
        try {
            PlatformUI.getWorkbench().showPerspective(id, window());
        } catch (WorkbenchException e) {
            throw new AssertionError(id, e);
        }
    }

    /** All controls of a kind below one, in order. */
    static <C extends Control> List<C> all(Composite parent, Class<C> type) {
        List<C> found = new ArrayList<>();
        for (Control c : parent.getChildren()) {
            if (type.isInstance(c)) {
                found.add(type.cast(c));
            }
            if (c instanceof Composite inner) {
                found.addAll(all(inner, type));
            }
        }
        return found;
    }

    static Tree tree(Composite parent, int index) {
        return all(parent, Tree.class).get(index);
    }

    static Table table(Composite parent, int index) {
        return all(parent, Table.class).get(index);
    }

    /** One line of a table as a person sees it, cells parted by bars. */
    static String line(Table table, int index) {
        return IntStream.range(0, table.getColumnCount()).mapToObj(table.getItem(index)::getText).collect(Collectors.joining(" | "));
    }

    static List<String> rows(Table table) {
        return IntStream.range(0, table.getItemCount()).mapToObj(i -> line(table, i)).toList();
    }

    /** Waits until a line holds some words, and gives it. */
    static String row(Table table, String words) {
        await(() -> rows(table).stream().anyMatch(r -> r.contains(words)), () -> String.join("\n", rows(table)));
        return rows(table).stream().filter(r -> r.contains(words)).findFirst().orElseThrow();
    }

    static List<String> labels(Composite parent) {
        return all(parent, Label.class).stream().map(Label::getText).toList();
    }

    /** The rows of a tree as a person sees them: one line each, indented by level, cells parted by bars; only what is open. */
    static List<String> rows(Tree tree) {
        List<String> rows = new ArrayList<>();
        for (TreeItem i : tree.getItems()) {
            add(rows, i, "", tree.getColumnCount());
        }
        return rows;
    }

    private static void add(List<String> rows, TreeItem item, String indent, int columns) {
        List<String> cells = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            cells.add(item.getText(c));
        }
        rows.add(indent + String.join(" | ", cells));
        if (item.getExpanded()) {
            for (TreeItem below : item.getItems()) {
                add(rows, below, indent + "  ", columns);
            }
        }
    }

    /** Waits until a row holds some words, and gives it. */
    static String row(Tree tree, String words) {
        await(() -> rows(tree).stream().anyMatch(r -> r.contains(words)), () -> String.join("\n", rows(tree)));
        return rows(tree).stream().filter(r -> r.contains(words)).findFirst().orElseThrow();
    }

    private static volatile Throwable failed;

    /** Does something once a dialog is open, which keeps whoever opens it. What goes wrong closes the dialog; {@link #rethrow} tells it. */
    static void later(Runnable what) {
        failed = null;
        Display display = Display.getCurrent();
        display.timerExec(50, () -> {
            try {
                what.run();
            } catch (Throwable t) {
                // the first one is the reason: dialogs that it closed make others
                failed = failed == null ? t : failed;
                for (Shell s : display.getShells()) {
                    if (s.isVisible() && s != window().getShell() && s.getParent() != null) {
                        s.close();
                    }
                }
            }
        });
    }

    /** Fails as what was done later did. */
    static void rethrow() {
        if (failed != null) {
            throw new AssertionError("while a dialog was open", failed);
        }
    }

    /** Waits for a dialog. */
    static Shell shell(String title) {
        Shell[] found = {null};
        await(() -> {
            for (Shell s : Display.getCurrent().getShells()) {
                if (s.isVisible() && s.getText().equals(title)) {
                    found[0] = s;
                }
            }
            return found[0] != null;
        }, () -> "no dialog " + title);
        return found[0];
    }

    /** What stands in the text fields. */
    static List<String> texts(Composite parent) {
        return all(parent, Text.class).stream().map(Text::getText).toList();
    }
}
