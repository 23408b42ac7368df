package org.zennet.workbench.internal.views;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.ListenerList;
import org.eclipse.jface.layout.AbstractColumnLayout;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.events.MouseMoveListener;
import org.eclipse.swt.events.SelectionEvent;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Item;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.zennet.workbench.internal.model.Arrangement;
import org.zennet.workbench.internal.model.Row;

/**
 * Lines of {@link Row}s under headings. Only lines that are looked at are made, so that 100,000 of them scroll. Sorts by a click on a heading (a
 * third click takes the order of the rows again), filters by words where it is {@link #filtered}, and keeps selection and scrolling when the rows
 * change. Very many rows are sorted and filtered by a worker. For the UI thread.
 */
public abstract class RowsViewer {
    /** Up to so many rows are arranged at once, on the UI thread. */
    static final int FEW = 2_000;
    private static final int LEAST_WIDTH = 60;
    /** Beside a heading. */
    private static final int MARGIN = 16;
    /** From so many characters on, the whole text is a tooltip too. */
    private static final int LONG = 24;
    private static final int TYPING_MILLIS = 150;
    private final Composite holder;
    private final List<String> columns;
    private final ListenerList<Runnable> selecting = new ListenerList<>();
    private final ListenerList<Consumer<Row>> opening = new ListenerList<>();
    private Arrangement arrangement = Arrangement.NONE;
    /** How the rows in the control are arranged. */
    private Arrangement put = Arrangement.NONE;
    private int sortedBy = -1;
    private int direction = SWT.NONE;
    private List<Row> rows = List.of();
    private boolean arranging;
    private boolean again;
    private int typed;

    RowsViewer(Composite parent, List<String> columns) {
        this.columns = List.copyOf(columns);
        holder = new Composite(parent, SWT.NONE);
        if (parent.getLayout() instanceof GridLayout) {
            holder.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        }
    }

    /** What its control is made in. */
    final Composite holder() {
        return holder;
    }

    final List<String> columns() {
        return columns;
    }

    /** Adds the headings and what a control of lines has, when it is made. */
    final void dress(String accessibleName, AbstractColumnLayout layout, int... weights) {
        holder.setLayout(layout);
        // themes draw headings in bold
        GC gc = new GC(control());
        gc.setFont(JFaceResources.getFontRegistry().getBold(JFaceResources.DEFAULT_FONT));
        for (int i = 0; i < columns.size(); i++) {
            int index = i;
            Item heading = heading(SelectionListener.widgetSelectedAdapter(e -> sort(index)));
            heading.setText(columns.get(i));
            int least = Math.max(LEAST_WIDTH, gc.textExtent(columns.get(i)).x + MARGIN);
            layout.setColumnData(heading, new ColumnWeightData(weights[Math.min(i, weights.length - 1)], least, true));
        }
        gc.dispose();
        control().getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = accessibleName));
        control().addMouseMoveListener(hover());
    }

    /** Adds a heading that can be moved and clicked. */
    abstract Item heading(SelectionListener click);

    /** Marks a heading, or none where the index is negative, as the one that the lines are sorted by. */
    abstract void mark(int column, int upOrDown);

    /** The text at a point of the control, or null. */
    abstract String textAt(int x, int y);

    /** The selected rows, in their order; made when they are looked at where they are very many. */
    abstract List<Row> selected();

    /**
     * How the next rows are put into the control. Asked on the UI thread; the function takes the arranged rows, on any thread, and gives what puts
     * them in, on the UI thread.
     *
     * @param same whether they are arranged as those before, so that what is read can stay where it is
     */
    abstract Function<List<Row>, Runnable> receiver(boolean same);

    /** The control with the lines. */
    public abstract Composite control();

    /** Adds a field above it that shows only rows with the words in it. */
    public final RowsViewer filtered() {
        Text text = new Text(holder.getParent(), SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL);
        text.setMessage(Messages.filter);
        text.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = Messages.filter));
        text.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        text.moveAbove(holder);
        text.addModifyListener(e -> {
            int now = ++typed;
            text.getDisplay().timerExec(TYPING_MILLIS, () -> {
                if (now == typed && !text.isDisposed()) {
                    arrange(arrangement.filtered(text.getText()));
                }
            });
        });
        text.addListener(SWT.KeyDown, e -> {
            if (e.keyCode == SWT.ARROW_DOWN) {
                setFocus();
            } else if (e.keyCode == SWT.ESC) {
                text.setText("");
            }
        });
        return this;
    }

    /** A heading over a viewer, for views that have several. */
    public static Composite titled(Composite parent, String title) {
        Composite c = new Composite(parent, SWT.NONE);
        c.setLayout(new GridLayout());
        new Label(c, SWT.NONE).setText(title);
        return c;
    }

    private void sort(int index) {
        int before = sortedBy == index ? direction : SWT.NONE;
        direction = before == SWT.NONE ? SWT.UP : before == SWT.UP ? SWT.DOWN : SWT.NONE;
        sortedBy = direction == SWT.NONE ? -1 : index;
        mark(sortedBy, direction);
        arrange(arrangement.sorted(sortedBy, direction == SWT.DOWN));
    }

    private void arrange(Arrangement now) {
        arrangement = now;
        arrange();
    }

    /** Shows rows. */
    public final void show(List<Row> now) {
        rows = now;
        arrange();
    }

    /** Very many rows are arranged one time after the other, so that rows that change faster than they are sorted are shown all the same. */
    private void arrange() {
        if (arranging) {
            again = true;
            return;
        }
        List<Row> now = rows;
        Arrangement as = arrangement;
        Function<List<Row>, Runnable> receiver = receiver(as.equals(put));
        if (!Row.moreThan(FEW, now)) {
            receiver.apply(as.of(now)).run();
            put = as;
            return;
        }
        arranging = true;
        Live.compute(control(), () -> arranged(now, as, receiver), ready -> {
            arranging = false;
            if (as.equals(arrangement)) {
                ready.run();
                put = as;
            }
            if (again) {
                again = false;
                arrange();
            }
        });
    }

    private static Runnable arranged(List<Row> rows, Arrangement as, Function<List<Row>, Runnable> receiver) {
        try {
            return receiver.apply(as.of(rows));
        } catch (RuntimeException e) {
            ILog.of(RowsViewer.class).warn("rows could not be arranged: " + e.getMessage(), e);
            return () -> { };
        }
    }

    private MouseMoveListener hover() {
        return e -> {
            String text = textAt(e.x, e.y);
            String tip = text == null || text.length() < LONG ? null : text;
            if (!Objects.equals(tip, control().getToolTipText())) {
                control().setToolTipText(tip);
            }
        };
    }

    /** The selected rows: a structured selection, or {@link ManyRows}. */
    public final ISelection selection() {
        List<Row> all = selected();
        return all.size() > FEW ? new ManyRows(all) : new Chosen(all.stream().map(r -> r.described(columns)).toList());
    }

    /** Rows are the same thing by their ids, and the Properties view leaves a selection alone that equals the one before: what changed would not be seen. */
    private static final class Chosen extends StructuredSelection {
        Chosen(List<Row> rows) {
            super(rows);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** The first of the selected rows. */
    final Optional<Row> first() {
        return selected().stream().findFirst();
    }

    /** To be told by its control. */
    final SelectionListener selectionListener(Function<Item, Row> row) {
        return new SelectionListener() {
            @Override
            public void widgetSelected(SelectionEvent e) {
                tellSelection();
            }

            @Override
            public void widgetDefaultSelected(SelectionEvent e) {
                if (e.item instanceof Item item) {
                    opening.forEach(o -> o.accept(row.apply(item)));
                }
            }
        };
    }

    final void tellSelection() {
        selecting.forEach(Runnable::run);
    }

    /** Is told when other rows are selected, or the selected ones changed. */
    final void onSelection(Runnable told) {
        selecting.add(told);
    }

    /** Is told of a row that is opened, by a double click or the Enter key. */
    final void onOpen(Consumer<Row> told) {
        opening.add(told);
    }

    /** Gives it the keyboard. */
    public final void setFocus() {
        control().setFocus();
    }
}
