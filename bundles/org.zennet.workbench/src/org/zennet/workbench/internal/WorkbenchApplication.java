package org.zennet.workbench.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.Platform;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.service.datalocation.Location;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.PlatformUI;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.prefs.BackingStoreException;

/**
 * The desktop product. Arguments: {@code --data DIR}, {@code --network NAME}, {@code --join LINE}, {@code --theme light|dark|contrast}, {@code --demo},
 * {@code --connect ssh://HOST}.
 */
public final class WorkbenchApplication implements IApplication {
    private static final Integer MISUSED = 2;
    private static final Integer FAILED = 1;

    @Override
    public Object start(IApplicationContext context) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.parse((String[]) context.getArguments().get(IApplicationContext.APPLICATION_ARGS), defaultData());
        } catch (IllegalArgumentException e) {
            System.err.println("zennet: workbench: " + e.getMessage()); //$NON-NLS
            context.applicationRunning();
            return MISUSED;
        }
        Display display = PlatformUI.createDisplay();
        Location workspace = Platform.getInstanceLocation();
        try {
            if (workspace != null && workspace.isSet() && !workspace.lock()) {
                context.applicationRunning();
                MessageDialog.openError(null, "Zennet", NLS.bind(Messages.alreadyOpen, arguments.data()));
                return FAILED;
            }
            arguments.theme().ifPresent(WorkbenchApplication::setTheme);
            return run(display, arguments);
        } finally {
            if (!display.isDisposed()) {
                display.dispose();
            }
            if (workspace != null && workspace.isSet()) {
                workspace.release();
            }
        }
    }

    /** Opens the window; when it is closed, stops the node. */
    private static Object run(Display display, Arguments arguments) {
        EmbeddedNode node = new EmbeddedNode(arguments.data(), arguments.network());
        ServiceRegistration<EmbeddedNode> registration = FrameworkUtil.getBundle(WorkbenchApplication.class).getBundleContext()
                .registerService(EmbeddedNode.class, node, null);
        Thread hook = Thread.ofPlatform().name("zennet-stop").unstarted(node::stop);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            int code = PlatformUI.createAndRunWorkbench(display, new ZennetAdvisor(node, arguments.join(), arguments.demo(), arguments.connect()));
            display.dispose();
            // words for a launcher that there is not; the one in Java would print them
            System.clearProperty(IApplicationContext.EXIT_DATA_PROPERTY);
            return code == PlatformUI.RETURN_RESTART ? EXIT_RESTART : EXIT_OK;
        } finally {
            node.stop();
            registration.unregister();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // it runs already
            }
        }
    }

    /** As if the user had chosen it in the preferences. */
    private static void setTheme(String id) {
        var preferences = InstanceScope.INSTANCE.getNode("org.eclipse.e4.ui.css.swt.theme");
        preferences.put("themeid", id);
        try {
            preferences.flush();
        } catch (BackingStoreException e) {
            ILog.of(WorkbenchApplication.class).warn("the theme is not remembered: " + e.getMessage());
        }
    }

    private static Path defaultData() {
        Map<String, String> environment = System.getenv();
        String data = System.getProperty("zennet.data", environment.get("ZENNET_DATA"));
        return data != null ? Path.of(data) : Path.of(System.getProperty("user.home"), ".zennet");
    }

    @Override
    public void stop() {
        if (PlatformUI.isWorkbenchRunning()) {
            Display display = PlatformUI.getWorkbench().getDisplay();
            display.asyncExec(() -> PlatformUI.getWorkbench().close());
        }
    }
}
