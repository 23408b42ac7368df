package org.zennet.workbench.internal;

import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/** Looks up services for parts, which the workbench makes itself so that nothing can be injected into them. */
public final class Services {
    private Services() { }

    /** The service that is there now. Never kept by callers. */
    public static <S> Optional<S> find(Class<S> type) {
        BundleContext context = FrameworkUtil.getBundle(Services.class).getBundleContext();
        if (context == null) {
            return Optional.empty();
        }
        ServiceReference<S> reference = context.getServiceReference(type);
        return Optional.ofNullable(reference).map(context::getService);
    }
}
