package org.zennet.workbench.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.PlatformUI;

/**
 * The desktop product. Arguments: {@code --data DIR}, {@code --network NAME}, {@code --join LINE}.
 */
public final class WorkbenchApplication implements IApplication {
    @Override
    public Object start(IApplicationContext context) {
        String[] words = (String[]) context.getArguments().get(IApplicationContext.APPLICATION_ARGS);
        Display display = PlatformUI.createDisplay();
        try {
            Path data = Path.of(option(words, "--data").orElse(System.getProperty("zennet.data",
                    Path.of(System.getProperty("user.home"), ".zennet").toString())));
            EmbeddedNode node = new EmbeddedNode(data, option(words, "--network"));
            int code = PlatformUI.createAndRunWorkbench(display, new ZennetAdvisor(node, option(words, "--join")));
            return code == PlatformUI.RETURN_RESTART ? EXIT_RESTART : EXIT_OK;
        } finally {
            display.dispose();
        }
    }

    @Override
    public void stop() {
        if (PlatformUI.isWorkbenchRunning()) {
            Display display = PlatformUI.getWorkbench().getDisplay();
            display.asyncExec(() -> PlatformUI.getWorkbench().close());
        }
    }

    private static Optional<String> option(String[] words, String name) {
        for (int i = 0; words != null && i + 1 < words.length; i++) {
            if (words[i].equals(name)) {
                return Optional.of(words[i + 1]);
            }
        }
        return Optional.empty();
    }
}
