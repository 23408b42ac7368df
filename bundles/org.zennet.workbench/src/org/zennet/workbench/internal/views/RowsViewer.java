package org.zennet.workbench.internal.views;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jface.layout.TreeColumnLayout;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.ColumnViewerToolTipSupport;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.ITreeContentProvider;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.jface.viewers.TreeViewerColumn;
import org.eclipse.jface.viewers.Viewer;
import org.eclipse.jface.viewers.ViewerComparator;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeColumn;
import org.zennet.workbench.internal.model.NaturalOrder;
import org.zennet.workbench.internal.model.Row;

/**
 * A tree or table of {@link Row}s: sorts by a click on a heading (a third click takes the order of the rows again), and
 * keeps selection, scrolling and what is open when the rows change.
 */
final class RowsViewer {
    private static final int LEAST_WIDTH = 60;
    /** From so many characters on, the whole text is a tooltip too. */
    private static final int LONG = 24;
    private final TreeViewer viewer;
    private final Set<String> opened = new HashSet<>();
    private List<Row> rows = List.of();
    private boolean opensFirst = true;

    /**
     * Makes one.
     *
     * @param columns the headings
     * @param weights of the columns' widths; the last one counts for all that are missing
     */
    RowsViewer(Composite parent, String accessibleName, List<String> columns, int... weights) {
        Composite holder = new Composite(parent, SWT.NONE);
        if (parent.getLayout() instanceof GridLayout) {
            holder.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        }
        TreeColumnLayout layout = new TreeColumnLayout();
        holder.setLayout(layout);
        viewer = new TreeViewer(holder, SWT.MULTI | SWT.FULL_SELECTION | SWT.H_SCROLL | SWT.V_SCROLL);
        viewer.setUseHashlookup(true);
        ColumnViewerToolTipSupport.enableFor(viewer);
        Tree tree = viewer.getTree();
        tree.setHeaderVisible(true);
        tree.setLinesVisible(true);
        tree.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = accessibleName));
        for (int i = 0; i < columns.size(); i++) {
            column(layout, columns.get(i), i, weights[Math.min(i, weights.length - 1)]);
        }
        viewer.setContentProvider(new Content());
        viewer.setInput(this);
    }

    /** Leaves all rows closed until somebody opens them: for lists whose first row changes all the time. */
    RowsViewer closed() {
        opensFirst = false;
        return this;
    }

    /** A heading over a viewer, for views that have several. */
    static Composite titled(Composite parent, String title) {
        Composite c = new Composite(parent, SWT.NONE);
        c.setLayout(new GridLayout());
        new Label(c, SWT.NONE).setText(title);
        return c;
    }

    private void column(TreeColumnLayout layout, String heading, int index, int weight) {
        TreeViewerColumn column = new TreeViewerColumn(viewer, SWT.NONE);
        column.getColumn().setText(heading);
        column.getColumn().setMoveable(true);
        layout.setColumnData(column.getColumn(), new ColumnWeightData(weight, LEAST_WIDTH, true));
        column.setLabelProvider(new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                return ((Row) element).cell(index);
            }

            @Override
            public String getToolTipText(Object element) {
                String text = getText(element);
                return text.length() < LONG ? null : text;
            }
        });
        column.getColumn().addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> sort(column.getColumn(), index)));
    }

    private void sort(TreeColumn column, int index) {
        Tree tree = viewer.getTree();
        int before = tree.getSortColumn() == column ? tree.getSortDirection() : SWT.NONE;
        int direction = before == SWT.NONE ? SWT.UP : before == SWT.UP ? SWT.DOWN : SWT.NONE;
        tree.setSortColumn(direction == SWT.NONE ? null : column);
        tree.setSortDirection(direction);
        viewer.setComparator(direction == SWT.NONE ? null : new ViewerComparator() {
            @Override
            public int compare(Viewer v, Object a, Object b) {
                int order = NaturalOrder.INSTANCE.compare(((Row) a).cell(index), ((Row) b).cell(index));
                return direction == SWT.DOWN ? -order : order;
            }
        });
    }

    /** Shows rows. What is new in the first one is opened. */
    void show(List<Row> now) {
        rows = now;
        opened.retainAll(now.stream().flatMap(r -> Stream.concat(Stream.of(r), r.children().stream())).map(Row::id).toList());
        viewer.getTree().setRedraw(false);
        try {
            viewer.refresh();
            if (opensFirst && !now.isEmpty()) {
                open(now.getFirst());
                now.getFirst().children().forEach(this::open);
            }
        } finally {
            viewer.getTree().setRedraw(true);
        }
    }

    /** Opens a row with others below it when it comes; then it is as the user leaves it. */
    private void open(Row row) {
        if (row.opens() && opened.add(row.id())) {
            viewer.setExpandedState(row, true);
        }
    }

    TreeViewer viewer() {
        return viewer;
    }

    private final class Content implements ITreeContentProvider {
        @Override
        public Object[] getElements(Object input) {
            return rows.toArray();
        }

        @Override
        public Object[] getChildren(Object parent) {
            return ((Row) parent).children().toArray();
        }

        @Override
        public Object getParent(Object element) {
            return null;
        }

        @Override
        public boolean hasChildren(Object element) {
            return !((Row) element).children().isEmpty();
        }
    }
}
