package org.zennet.workbench.internal.views;

import org.eclipse.core.runtime.ListenerList;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.ISelectionChangedListener;
import org.eclipse.jface.viewers.ISelectionProvider;
import org.eclipse.jface.viewers.SelectionChangedEvent;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.events.FocusListener;
import org.eclipse.ui.IWorkbenchPartSite;
import org.eclipse.ui.PlatformUI;

/** The selection of a view with several viewers: that of the viewer that had the focus last. */
final class FocusedSelection implements ISelectionProvider {
    /** The context menu of all rows. */
    private static final String MENU = "org.zennet.workbench.rows";
    private final ListenerList<ISelectionChangedListener> listeners = new ListenerList<>();
    private TreeViewer current;

    private FocusedSelection(TreeViewer first) {
        current = first;
    }

    /** Gives a view its selection and context menus. */
    static void register(IWorkbenchPartSite site, RowsViewer... viewers) {
        FocusedSelection selection = new FocusedSelection(viewers[0].viewer());
        for (RowsViewer r : viewers) {
            TreeViewer v = r.viewer();
            v.getTree().addFocusListener(FocusListener.focusGainedAdapter(e -> selection.follow(v)));
            v.addSelectionChangedListener(e -> selection.follow(v));
            MenuManager menu = new MenuManager();
            v.getTree().setMenu(menu.createContextMenu(v.getTree()));
            site.registerContextMenu(MENU, menu, v);
            PlatformUI.getWorkbench().getHelpSystem().setHelp(v.getTree(), site.getId());
        }
        site.setSelectionProvider(selection);
    }

    private void follow(TreeViewer viewer) {
        current = viewer;
        SelectionChangedEvent event = new SelectionChangedEvent(this, viewer.getSelection());
        listeners.forEach(l -> l.selectionChanged(event));
    }

    @Override
    public ISelection getSelection() {
        return current.getSelection();
    }

    @Override
    public void setSelection(ISelection selection) {
        current.setSelection(selection);
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
