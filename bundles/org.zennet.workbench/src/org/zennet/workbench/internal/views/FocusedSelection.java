package org.zennet.workbench.internal.views;

import org.eclipse.core.runtime.ListenerList;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.ISelectionChangedListener;
import org.eclipse.jface.viewers.ISelectionProvider;
import org.eclipse.jface.viewers.SelectionChangedEvent;
import org.eclipse.swt.events.FocusListener;
import org.eclipse.ui.IWorkbenchPartSite;
import org.eclipse.ui.PlatformUI;

/** The selection of a view with several viewers: that of the viewer that had the focus last. Others read it; they don't set it. */
public final class FocusedSelection implements ISelectionProvider {
    /** The context menu of all rows. */
    private static final String MENU = "org.zennet.workbench.rows";
    private final ListenerList<ISelectionChangedListener> listeners = new ListenerList<>();
    private RowsViewer current;

    private FocusedSelection(RowsViewer first) {
        current = first;
    }

    /** Gives a view its selection and context menus. */
    public static void register(IWorkbenchPartSite site, RowsViewer... viewers) {
        FocusedSelection selection = new FocusedSelection(viewers[0]);
        for (RowsViewer v : viewers) {
            v.control().addFocusListener(FocusListener.focusGainedAdapter(e -> selection.follow(v)));
            v.onSelection(() -> {
                if (selection.current == v || v.control().isFocusControl()) {
                    selection.follow(v);
                }
            });
            MenuManager menu = new MenuManager();
            PlatformUI.getWorkbench().getHelpSystem().setHelp(v.control(), site.getId());
            v.control().setMenu(menu.createContextMenu(v.control()));
            site.registerContextMenu(MENU, menu, selection);
        }
        site.setSelectionProvider(selection);
    }

    private void follow(RowsViewer viewer) {
        current = viewer;
        SelectionChangedEvent event = new SelectionChangedEvent(this, viewer.selection());
        listeners.forEach(l -> l.selectionChanged(event));
    }

    @Override
    public ISelection getSelection() {
        return current.selection();
    }

    @Override
    public void setSelection(ISelection selection) {
        // rows are chosen by their reader
    }

    @Override
    public void addSelectionChangedListener(ISelectionChangedListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeSelectionChangedListener(ISelectionChangedListener listener) {
        listeners.remove(listener);
    }
}
