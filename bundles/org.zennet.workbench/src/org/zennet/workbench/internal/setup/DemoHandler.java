package org.zennet.workbench.internal.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.workbench.internal.EmbeddedNode;
import org.zennet.workbench.internal.Services;

/** Makes a demo market and runs the example in this window; in a window of its own where this one belongs to a network. */
public final class DemoHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        EmbeddedNode node = Services.find(EmbeddedNode.class).orElseThrow(() -> new ExecutionException("no node belongs to this window"));
        if (!node.isBusy()) {
            DemoRun.start(node, shell.getDisplay());
        } else if (MessageDialog.openQuestion(shell, Messages.demo, Messages.demoElsewhere)) {
            try {
                openWindow();
            } catch (IOException e) {
                MessageDialog.openError(shell, Messages.demo, NLS.bind(Messages.demoNoWindow, e.getMessage()));
            }
        }
        return null;
    }

    private static void openWindow() throws IOException {
        String launcher = System.getProperty("zennet.launcher");
        if (launcher == null) {
            throw new IOException("zennet.launcher");
        }
        Path data = Files.createTempDirectory("zennet-demo-window-");
        new ProcessBuilder(List.of(launcher, "workbench", "--demo", "--data", data.toString())).redirectErrorStream(true)
                .redirectOutput(data.resolve("workbench.log").toFile()).start().getOutputStream().close();
    }
}
