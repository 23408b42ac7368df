package org.zennet.workbench.internal.views;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jface.layout.TreeColumnLayout;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.jface.viewers.ITreeContentProvider;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.jface.viewers.TreeViewerColumn;
import org.eclipse.jface.viewers.Viewer;
import org.eclipse.jface.viewers.ViewerComparator;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.FillLayout;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeColumn;
import org.zennet.workbench.internal.model.Row;

/** A tree or table of {@link Row}s: sorts by a click on a heading, copies the selection as text, keeps what is open. */
final class RowsViewer {
    private final TreeViewer viewer;
    private List<Row> rows = List.of();

    RowsViewer(Composite parent, List<String> columns, String accessibleName) {
        Composite holder = new Composite(parent, SWT.NONE);
        if (parent.getLayout() instanceof FillLayout) {
            holder.setLayoutData(null);
        } else if (parent.getLayout() != null) {
            holder.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        }
        TreeColumnLayout layout = new TreeColumnLayout();
        holder.setLayout(layout);
        viewer = new TreeViewer(holder, SWT.MULTI | SWT.FULL_SELECTION | SWT.H_SCROLL | SWT.V_SCROLL);
        viewer.setUseHashlookup(true);
        Tree tree = viewer.getTree();
        tree.setHeaderVisible(true);
        tree.setLinesVisible(true);
        tree.getAccessible().addAccessibleListener(org.eclipse.swt.accessibility.AccessibleListener.getNameAdapter(e -> e.result = accessibleName));
        for (int i = 0; i < columns.size(); i++) {
            column(layout, columns.get(i), i, i == columns.size() - 1 ? 3 : 2);
        }
        viewer.setContentProvider(new Content());
        viewer.setInput(rows);
        tree.addKeyListener(org.eclipse.swt.events.KeyListener.keyPressedAdapter(e -> {
            if ((e.stateMask & SWT.MOD1) != 0 && e.keyCode == 'c') {
                copy();
            }
        }));
    }

    private void column(TreeColumnLayout layout, String heading, int index, int weight) {
        TreeViewerColumn column = new TreeViewerColumn(viewer, SWT.NONE);
        column.getColumn().setText(heading);
        column.getColumn().setMoveable(true);
        layout.setColumnData(column.getColumn(), new ColumnWeightData(weight, 60, true));
        column.setLabelProvider(new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                return ((Row) element).cell(index);
            }
        });
        column.getColumn().addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> sort(column.getColumn(), index)));
    }

    private void sort(TreeColumn column, int index) {
        Tree tree = viewer.getTree();
        boolean down = tree.getSortColumn() == column && tree.getSortDirection() == SWT.UP;
        tree.setSortColumn(column);
        tree.setSortDirection(down ? SWT.DOWN : SWT.UP);
        viewer.setComparator(new ViewerComparator() {
            @Override
            public int compare(Viewer v, Object a, Object b) {
                int order = ((Row) a).cell(index).compareToIgnoreCase(((Row) b).cell(index));
                return down ? -order : order;
            }
        });
    }

    /** Shows lines; what was selected and open stays so. */
    void show(List<Row> now) {
        Object[] expanded = viewer.getExpandedElements();
        boolean first = rows.isEmpty();
        rows = now;
        viewer.getTree().setRedraw(false);
        try {
            viewer.setInput(now);
            viewer.setExpandedElements(expanded);
            if (first && !now.isEmpty()) {
                viewer.expandToLevel(2);
            }
        } finally {
            viewer.getTree().setRedraw(true);
        }
    }

    /** The lines that are selected. */
    @SuppressWarnings("unchecked")
    List<Row> selected() {
        return ((IStructuredSelection) viewer.getSelection()).toList();
    }

    TreeViewer viewer() {
        return viewer;
    }

    private void copy() {
        String text = selected().stream().map(Row::text).collect(Collectors.joining());
        if (!text.isEmpty()) {
            Clipboard clipboard = new Clipboard(viewer.getTree().getDisplay());
            clipboard.setContents(new Object[] {text}, new Transfer[] {TextTransfer.getInstance()});
            clipboard.dispose();
        }
    }

    private static final class Content implements ITreeContentProvider {
        @Override
        public Object[] getElements(Object input) {
            return ((List<?>) input).toArray();
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
            return Stream.of(element).map(Row.class::cast).anyMatch(r -> !r.children().isEmpty());
        }
    }
}
