package org.zennet.workbench.internal.software;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.eclipse.equinox.p2.core.IProvisioningAgent;
import org.eclipse.equinox.p2.repository.IRepository;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepositoryManager;
import org.eclipse.equinox.p2.repository.metadata.IMetadataRepositoryManager;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.prefs.BackingStoreException;

/** Puts the product's own repository among the available software sites, once: who takes it out is not asked again. */
final class SoftwareSites {
    private static final String OFFERED = "software.site";

    private SoftwareSites() { }

    /** Looks in the product ({@code repository}) and, where it was built here, in the checkout. */
    static void offer(BundleContext context, Path product, Path home) {
        Optional<URI> site = Stream.of(product.resolve("repository"), home.resolve("product/repository/target/repository"))
                .filter(d -> Files.exists(d.resolve("p2.index"))).findFirst().map(Path::toUri);
        IEclipsePreferences preferences = InstanceScope.INSTANCE.getNode("org.zennet.workbench");
        String before = preferences.get(OFFERED, "");
        if (site.isEmpty() || site.get().toString().equals(before)) {
            return;
        }
        ServiceReference<IProvisioningAgent> reference = context.getServiceReference(IProvisioningAgent.class);
        if (reference == null) {
            return;
        }
        IProvisioningAgent agent = context.getService(reference);
        IMetadataRepositoryManager metadata = agent.getService(IMetadataRepositoryManager.class);
        IArtifactRepositoryManager artifacts = agent.getService(IArtifactRepositoryManager.class);
        if (!before.isEmpty()) {
            metadata.removeRepository(URI.create(before));
            artifacts.removeRepository(URI.create(before));
        }
        artifacts.addRepository(site.get());
        metadata.addRepository(site.get());
        metadata.setRepositoryProperty(site.get(), IRepository.PROP_NICKNAME, "Zennet");
        preferences.put(OFFERED, site.get().toString());
        try {
            preferences.flush();
        } catch (BackingStoreException e) {
            ILog.of(SoftwareSites.class).warn("the software site is not remembered: " + e.getMessage());
        }
    }
}
