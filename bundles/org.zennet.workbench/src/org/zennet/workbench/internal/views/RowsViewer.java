package org.zennet.workbench.internal.views;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.core.runtime.ListenerList;
import org.eclipse.jface.layout.TreeColumnLayout;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.events.MouseMoveListener;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.events.TreeListener;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeColumn;
import org.eclipse.swt.widgets.TreeItem;
import org.zennet.workbench.internal.model.Arrangement;
import org.zennet.workbench.internal.model.LazyRows;
import org.zennet.workbench.internal.model.Row;

/**
 * A tree or table of {@link Row}s. Only lines that are looked at are made, so that 100,000 of them scroll. Sorts by a click on a heading (a
 * third click takes the order of the rows again), filters by words where it is {@link #filtered}, and keeps selection, scrolling and what is
 * open when the rows change. Very many rows are sorted and filtered by a worker. For the UI thread.
 */
public final class RowsViewer {
    /** Up to so many rows are arranged at once, on the UI thread. */
    private static final int FEW = 2_000;
    private static final int LEAST_WIDTH = 60;
    /** From so many characters on, the whole text is a tooltip too. */
    private static final int LONG = 24;
    private static final int TYPING_MILLIS = 150;
    private static final String INDEX = "index";
    private final Tree tree;
    private final Composite holder;
    private final List<String> columns;
    private final ListenerList<Runnable> selecting = new ListenerList<>();
    private final ListenerList<Consumer<Row>> opening = new ListenerList<>();
    /** What was opened once by itself; then it is as the user leaves it. */
    private final Set<String> opened = new HashSet<>();
    /** The open lines of the first level: by id, their place. */
    private final Map<String, Integer> expanded = new HashMap<>();
    /** The open lines below them. */
    private final Set<String> below = new HashSet<>();
    /** Those that somebody looked at. */
    private final Set<TreeItem> filled = new LinkedHashSet<>();
    private Arrangement arrangement = Arrangement.NONE;
    private List<Row> rows = List.of();
    private List<Row> shown = List.of();
    private boolean opensFirst = true;
    private int asked;
    private int typed;

    /** Where a line is. */
    private record Place(String parent, String id, int index) { }

    /**
     * Makes one.
     *
     * @param columns the headings
     * @param weights of the columns' widths; the last one counts for all that are missing
     */
    public RowsViewer(Composite parent, String accessibleName, List<String> columns, int... weights) {
        this.columns = List.copyOf(columns);
        holder = new Composite(parent, SWT.NONE);
        if (parent.getLayout() instanceof GridLayout) {
            holder.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        }
        TreeColumnLayout layout = new TreeColumnLayout();
        holder.setLayout(layout);
        tree = new Tree(holder, SWT.VIRTUAL | SWT.MULTI | SWT.FULL_SELECTION | SWT.H_SCROLL | SWT.V_SCROLL);
        tree.setHeaderVisible(true);
        tree.setLinesVisible(true);
        tree.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = accessibleName));
        for (int i = 0; i < columns.size(); i++) {
            column(layout, columns.get(i), i, weights[Math.min(i, weights.length - 1)]);
        }
        tree.addListener(SWT.SetData, e -> fill((TreeItem) e.item, e.index));
        tree.addTreeListener(TreeListener.treeExpandedAdapter(e -> opened((TreeItem) e.item)));
        tree.addTreeListener(TreeListener.treeCollapsedAdapter(e -> {
            expanded.remove(row((TreeItem) e.item).id());
            below.remove(row((TreeItem) e.item).id());
        }));
        tree.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> selecting.forEach(Runnable::run)));
        tree.addSelectionListener(SelectionListener.widgetDefaultSelectedAdapter(e -> {
            if (e.item instanceof TreeItem item) {
                opening.forEach(o -> o.accept(row(item)));
            }
        }));
        tree.addMouseMoveListener(hover());
    }

    private void opened(TreeItem item) {
        if (item.getParentItem() == null) {
            expanded.put(row(item).id(), tree.indexOf(item));
        } else {
            below.add(row(item).id());
        }
    }

    /** Leaves all rows closed until somebody opens them: for lists whose first row changes all the time. */
    public RowsViewer closed() {
        opensFirst = false;
        return this;
    }

    /** Adds a field above it that shows only rows with the words in it. */
    public RowsViewer filtered() {
        Composite parent = holder.getParent();
        Text text = new Text(parent, SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL);
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
                tree.setFocus();
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

    private void column(TreeColumnLayout layout, String heading, int index, int weight) {
        TreeColumn column = new TreeColumn(tree, SWT.NONE);
        column.setText(heading);
        column.setMoveable(true);
        layout.setColumnData(column, new ColumnWeightData(weight, LEAST_WIDTH, true));
        column.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> sort(column, index)));
    }

    private void sort(TreeColumn column, int index) {
        int before = tree.getSortColumn() == column ? tree.getSortDirection() : SWT.NONE;
        int direction = before == SWT.NONE ? SWT.UP : before == SWT.UP ? SWT.DOWN : SWT.NONE;
        tree.setSortColumn(direction == SWT.NONE ? null : column);
        tree.setSortDirection(direction);
        arrange(arrangement.sorted(direction == SWT.NONE ? -1 : index, direction == SWT.DOWN));
    }

    private void arrange(Arrangement now) {
        arrangement = now;
        show(rows);
    }

    /** Shows rows. What is new in the first one is opened. */
    public void show(List<Row> now) {
        rows = now;
        int turn = ++asked;
        Arrangement as = arrangement;
        if (now.size() <= FEW || as.equals(Arrangement.NONE)) {
            put(as.of(now));
            return;
        }
        Live.compute(tree, () -> as.of(now), arranged -> {
            if (turn == asked) {
                put(arranged);
            }
        });
    }

    /** Puts arranged rows into the tree. */
    private void put(List<Row> now) {
        List<Place> selected = Arrays.stream(tree.getSelection()).map(this::place).toList();
        tree.setRedraw(false);
        try {
            Map<String, Integer> open = new HashMap<>();
            expanded.forEach((id, was) -> {
                int index = Row.find(now, id, was);
                if (index >= 0) {
                    open.put(id, index);
                }
                if (index != was && was < tree.getItemCount()) {
                    tree.getItem(was).setExpanded(false);
                }
            });
            shown = now;
            if (now.size() <= FEW) {
                // what goes and comes again opens by itself again
                opened.retainAll(now.stream().filter(r -> !(r.children() instanceof LazyRows)).flatMap(r -> Stream.concat(Stream.of(r), r.children().stream()))
                        .map(Row::id).toList());
            }
            expanded.clear();
            expanded.putAll(open);
            if (tree.getItemCount() - now.size() > FEW) {
                // line by line takes long
                tree.removeAll();
            }
            if (tree.getItemCount() != now.size()) {
                tree.setItemCount(now.size());
            }
            refill();
            open.values().stream().filter(i -> i < tree.getItemCount()).forEach(i -> open(tree.getItem(i)));
            if (opensFirst && !now.isEmpty() && now.getFirst().opens() && opened.add(now.getFirst().id())) {
                open(tree.getItem(0));
                expanded.put(now.getFirst().id(), 0);
            }
            select(selected);
        } finally {
            tree.setRedraw(true);
        }
        if (!selected.isEmpty()) {
            selecting.forEach(Runnable::run);
        }
    }

    /** Gives the lines that somebody looked at their new text; all others get theirs when they are looked at. */
    private void refill() {
        filled.removeIf(TreeItem::isDisposed);
        if (filled.size() > FEW) {
            filled.forEach(i -> i.setData(null));
            filled.clear();
            tree.clearAll(true);
            return;
        }
        for (TreeItem item : List.copyOf(filled)) {
            if (!item.isDisposed()) {
                fill(item, (Integer) item.getData(INDEX));
            }
        }
    }

    /** Opens a line, and those below it that are open or open by themselves. */
    private void open(TreeItem item) {
        List<Row> children = row(item).children();
        item.setExpanded(true);
        for (int i = 0; i < children.size() && children.size() <= FEW; i++) {
            Row child = children.get(i);
            if (child.children().isEmpty()) {
                continue;
            }
            if (opensFirst && child.opens() && opened.add(child.id())) {
                below.add(child.id());
            }
            TreeItem line = item.getItem(i);
            row(line);
            line.setExpanded(below.contains(child.id()));
        }
    }

    private void select(List<Place> places) {
        List<TreeItem> items = new ArrayList<>();
        for (Place p : places) {
            if (p.parent() == null) {
                int index = Row.find(shown, p.id(), p.index());
                if (index >= 0 && index < tree.getItemCount()) {
                    items.add(tree.getItem(index));
                }
                continue;
            }
            TreeItem parent = find(p.parent());
            if (parent != null) {
                int index = Row.find(row(parent).children(), p.id(), p.index());
                if (index >= 0 && index < parent.getItemCount()) {
                    items.add(parent.getItem(index));
                }
            }
        }
        if (!places.isEmpty()) {
            tree.setSelection(items.toArray(TreeItem[]::new));
        }
    }

    /** An open line of the first two levels. */
    private TreeItem find(String id) {
        Integer top = expanded.get(id);
        if (top != null && top < tree.getItemCount() && shown.get(top).id().equals(id)) {
            return tree.getItem(top);
        }
        for (int i : expanded.values()) {
            if (i >= tree.getItemCount()) {
                continue;
            }
            TreeItem item = tree.getItem(i);
            int index = item.getItemCount() <= FEW ? Row.find(row(item).children(), id, -1) : -1;
            if (index >= 0) {
                return item.getItem(index);
            }
        }
        return null;
    }

    private Place place(TreeItem item) {
        TreeItem parent = item.getParentItem();
        return parent == null ? new Place(null, row(item).id(), tree.indexOf(item))
                : new Place(row(parent).id(), row(item).id(), parent.indexOf(item));
    }

    /** Gives a line its text. */
    private void fill(TreeItem item, int index) {
        TreeItem parent = item.getParentItem();
        List<Row> all = parent == null ? shown : row(parent).children();
        if (index >= all.size()) {
            return;
        }
        Row row = all.get(index);
        item.setData(row);
        item.setData(INDEX, index);
        filled.add(item);
        for (int c = 0; c < columns.size(); c++) {
            if (!item.getText(c).equals(row.cell(c))) {
                item.setText(c, row.cell(c));
            }
        }
        if (item.getItemCount() != row.children().size()) {
            item.setItemCount(row.children().size());
        }
    }

    /** The row of a line, also of one that nobody looked at yet. */
    private static Row row(TreeItem item) {
        if (item.getData() == null) {
            item.getText();  // asks for it
        }
        return (Row) item.getData();
    }

    private MouseMoveListener hover() {
        return e -> {
            TreeItem item = tree.getItem(new Point(e.x, e.y));
            String text = null;
            for (int c = 0; item != null && c < columns.size(); c++) {
                if (item.getBounds(c).contains(e.x, e.y)) {
                    text = item.getText(c);
                }
            }
            String tip = text == null || text.length() < LONG ? null : text;
            if (!Objects.equals(tip, tree.getToolTipText())) {
                tree.setToolTipText(tip);
            }
        };
    }

    /** The selected rows. */
    public IStructuredSelection selection() {
        return new StructuredSelection(Arrays.stream(tree.getSelection()).map(i -> row(i).described(columns)).toList());
    }

    /** Is told when other rows are selected, or the selected ones changed. */
    void onSelection(Runnable told) {
        selecting.add(told);
    }

    /** Is told of a row that is opened, by a double click or the Enter key. */
    void onOpen(Consumer<Row> told) {
        opening.add(told);
    }

    /** The control with the lines. */
    public Tree tree() {
        return tree;
    }

    /** Gives it the keyboard. */
    public void setFocus() {
        tree.setFocus();
    }
}
