package org.zennet.workbench.internal.views;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.jface.layout.TreeColumnLayout;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.events.TreeListener;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Item;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeColumn;
import org.eclipse.swt.widgets.TreeItem;
import org.zennet.workbench.internal.model.Groups;
import org.zennet.workbench.internal.model.LazyRows;
import org.zennet.workbench.internal.model.Row;

/**
 * Rows with others below them. What is open stays open when the rows change. Very many below one come in groups, because the platform's tree
 * finds a line by going along all before it; for long lists without levels there is {@link RowsTable}.
 */
public final class RowsTree extends RowsViewer {
    /** A closed line has no more lines below it than so many, until it is opened. */
    private static final int CLOSED = 50;
    private static final String INDEX = "index";
    private final Tree tree;
    /** What was opened once by itself; then it is as the user leaves it. */
    private final Set<String> opened = new HashSet<>();
    /** The open lines of the first level: by id, their place. */
    private final Map<String, Integer> expanded = new HashMap<>();
    /** The open lines below them. */
    private final Set<String> below = new HashSet<>();
    /** Those that somebody looked at. */
    private final Set<TreeItem> filled = new LinkedHashSet<>();
    private List<Row> shown = List.of();
    private boolean opensFirst = true;

    /** Where a line is. */
    private record Place(String parent, String id, int index) { }

    /**
     * Makes one.
     *
     * @param columns the headings
     * @param weights of the columns' widths; the last one counts for all that are missing
     */
    public RowsTree(Composite parent, String accessibleName, List<String> columns, int... weights) {
        super(parent, columns);
        tree = new Tree(holder(), SWT.VIRTUAL | SWT.MULTI | SWT.FULL_SELECTION | SWT.H_SCROLL | SWT.V_SCROLL);
        tree.setHeaderVisible(true);
        tree.setLinesVisible(true);
        dress(accessibleName, new TreeColumnLayout(), weights);
        tree.addListener(SWT.SetData, e -> fill((TreeItem) e.item, e.index));
        tree.addTreeListener(TreeListener.treeExpandedAdapter(e -> opened((TreeItem) e.item)));
        tree.addTreeListener(TreeListener.treeCollapsedAdapter(e -> {
            expanded.remove(row((TreeItem) e.item).id());
            below.remove(row((TreeItem) e.item).id());
        }));
        tree.addSelectionListener(selectionListener(item -> row((TreeItem) item)));
    }

    private void opened(TreeItem item) {
        grow(item);
        if (item.getParentItem() == null) {
            expanded.put(row(item).id(), tree.indexOf(item));
        } else {
            below.add(row(item).id());
        }
    }

    /** Leaves all rows closed until somebody opens them: for lists whose first row changes all the time. */
    public RowsTree closed() {
        opensFirst = false;
        return this;
    }

    @Override
    Item heading(SelectionListener click) {
        TreeColumn column = new TreeColumn(tree, SWT.NONE);
        column.setMoveable(true);
        column.addSelectionListener(click);
        return column;
    }

    @Override
    void mark(int column, int upOrDown) {
        tree.setSortColumn(column < 0 ? null : tree.getColumn(column));
        tree.setSortDirection(upOrDown);
    }

    @Override
    String textAt(int x, int y) {
        TreeItem item = tree.getItem(new Point(x, y));
        for (int c = 0; item != null && c < columns().size(); c++) {
            if (item.getBounds(c).contains(x, y)) {
                return item.getText(c);
            }
        }
        return null;
    }

    @Override
    List<Row> selected() {
        return Arrays.stream(tree.getSelection()).map(RowsTree::row).toList();
    }

    @Override
    Function<List<Row>, Runnable> receiver(boolean same) {
        return arranged -> {
            List<Row> now = Groups.of(arranged);
            return () -> put(now);
        };
    }

    /** Puts arranged rows into the tree. What is new in the first one is opened. */
    private void put(List<Row> now) {
        TreeItem[] items = tree.getSelection();
        List<Place> selected = Arrays.stream(items).map(this::place).toList();
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
            select(items, selected);
        } finally {
            tree.setRedraw(true);
        }
        if (!selected.isEmpty()) {
            tellSelection();
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
        grow(item);
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
            if (below.contains(child.id())) {
                grow(line);
            }
            line.setExpanded(below.contains(child.id()));
        }
    }

    /** Gives a line all lines below it. */
    private static void grow(TreeItem item) {
        int all = row(item).children().size();
        if (item.getItemCount() != all) {
            item.setItemCount(all);
        }
    }

    /** Selects what was selected, where it is another line by now. */
    private void select(TreeItem[] before, List<Place> places) {
        boolean same = true;
        for (int i = 0; i < before.length; i++) {
            same &= !before[i].isDisposed() && row(before[i]).id().equals(places.get(i).id());
        }
        if (same) {
            // selecting it again would scroll to it
            return;
        }
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
        tree.setSelection(items.toArray(TreeItem[]::new));
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
        for (int c = 0; c < columns().size(); c++) {
            if (!item.getText(c).equals(row.cell(c))) {
                item.setText(c, row.cell(c));
            }
        }
        int count = item.getExpanded() ? row.children().size() : Math.min(row.children().size(), CLOSED);
        if (item.getItemCount() < count || item.getItemCount() > row.children().size()) {
            item.setItemCount(count);
        }
    }

    /** The row of a line, also of one that nobody looked at yet. */
    private static Row row(TreeItem item) {
        if (item.getData() == null) {
            item.getText();  // asks for it
        }
        return (Row) item.getData();
    }

    @Override
    public Tree control() {
        return tree;
    }
}
