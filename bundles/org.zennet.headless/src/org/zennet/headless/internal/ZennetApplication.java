package org.zennet.headless.internal;

import org.eclipse.osgi.service.runnable.ParameterizedRunnable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.zennet.headless.internal.cli.ZennetCommand;
import org.zennet.headless.internal.node.Logging;
import org.zennet.headless.internal.node.NodeRuntime;

/**
 * Where the headless product begins: the framework's launcher calls {@link #run} on the main thread with the words of the
 * command line. Its value is the exit code of the process.
 */
@Component(service = ParameterizedRunnable.class, property = "eclipse.application=org.zennet.headless.zennet")
public final class ZennetApplication implements ParameterizedRunnable {
    private final BundleContext bundles;
    private final NodeRuntime runtime;

    /** Called by the service component runtime. */
    @Activate
    public ZennetApplication(BundleContext bundles, @Reference NodeRuntime runtime) {
        this.bundles = bundles;
        this.runtime = runtime;
    }

    @Override
    public Object run(Object arguments) {
        Logging.silent();
        String[] words = arguments instanceof String[] given ? given : new String[0];
        return ZennetCommand.execute(bundles, runtime, words);
    }
}
