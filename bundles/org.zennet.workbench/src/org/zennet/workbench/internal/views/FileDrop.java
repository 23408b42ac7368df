package org.zennet.workbench.internal.views;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.swt.dnd.DND;
import org.eclipse.swt.dnd.DropTarget;
import org.eclipse.swt.dnd.DropTargetAdapter;
import org.eclipse.swt.dnd.DropTargetEvent;
import org.eclipse.swt.dnd.FileTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.widgets.Control;
import org.eclipse.ui.IWorkbenchPartSite;
import org.zennet.workbench.internal.handlers.NewJobHandler;

/** Takes job files that are dropped on a control: each opens the wizard on it, where nothing is paid before it is asked. */
final class FileDrop {
    private FileDrop() { }

    static void accept(Control control, IWorkbenchPartSite site) {
        DropTarget target = new DropTarget(control, DND.DROP_COPY | DND.DROP_DEFAULT);
        target.setTransfer(FileTransfer.getInstance());
        target.addDropListener(new DropTargetAdapter() {
            @Override
            public void dragEnter(DropTargetEvent e) {
                if (e.detail == DND.DROP_DEFAULT) {
                    e.detail = DND.DROP_COPY;
                }
            }

            @Override
            public void drop(DropTargetEvent e) {
                if (e.data instanceof String[] files) {
                    List<Path> jobs = Arrays.stream(files).map(Path::of).toList();
                    // the drop ends before a dialog opens
                    control.getDisplay().asyncExec(() -> {
                        if (!control.isDisposed()) {
                            jobs.forEach(f -> NewJobHandler.open(site.getShell(), Optional.of(f)));
                        }
                    });
                }
            }
        });
    }
}
