package org.zennet.workbench.internal.handlers;

import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.market.PluginInfo;
import org.zennet.services.market.PluginService;

/** Asks for a jar, shows whose code it is, and installs it, or updates what is installed of its name. */
public final class InstallPluginHandler extends AbstractHandler {

    /** What is known of a jar before anything is done. */
    private record Shown(PluginInfo plugin, Optional<PluginInfo> installed) { }

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        FileDialog dialog = new FileDialog(shell, SWT.OPEN);
        dialog.setText(Messages.installPlugin);
        dialog.setFilterExtensions(new String[] {"*.jar", "*.*"});
        dialog.setFilterNames(new String[] {Messages.pluginFiles, Messages.allFiles});
        String file = dialog.open();
        if (file != null) {
            Path jar = Path.of(file);
            Background.call(NLS.bind(Messages.lookingInto, jar.getFileName()), PluginService.class, s -> shown(s, jar), shell, shown -> ask(shell, jar, shown));
        }
        return null;
    }

    private static Shown shown(PluginService service, Path jar) throws org.zennet.services.Rejected {
        PluginInfo plugin = service.inspect(jar);
        return new Shown(plugin, service.list().stream().filter(p -> p.name().equals(plugin.name())).findFirst());
    }

    private static void ask(Shell shell, Path jar, Shown shown) {
        PluginInfo p = shown.plugin();
        if (!p.problem().isEmpty()) {
            MessageDialog.openError(shell, Messages.installPlugin, p.problem());
            return;
        }
        String what = shown.installed().map(old -> NLS.bind(Messages.replacePlugin, new Object[] {old.name(), old.version(), p.version()})).orElse(Messages.installQuestion);
        if (MessageDialog.openQuestion(shell, Messages.installPlugin, what + "\n\n" + text(p))) {
            Background.call(NLS.bind(Messages.installing, p.name()), PluginService.class, s -> shown.installed().isPresent()
                    ? s.update(jar, Optional.of(p.sha256())) : s.install(jar, Optional.of(p.sha256())), shell, done -> { });
        }
    }

    /** Whose code it is, a line each. */
    static String text(PluginInfo p) {
        return NLS.bind(Messages.pluginDescription, new Object[] {p.label(), p.name(), p.version(), p.signer().orElse(Messages.noSigner),
            p.license().isEmpty() ? Messages.notStated : p.license(), p.apis().isEmpty() ? Messages.noApi : String.join(", ", p.apis())});
    }
}
