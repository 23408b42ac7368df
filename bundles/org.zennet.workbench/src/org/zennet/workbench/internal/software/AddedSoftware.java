package org.zennet.workbench.internal.software;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.Platform;
import org.eclipse.core.runtime.URIUtil;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.osgi.service.datalocation.Location;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;

/**
 * What people added with Help > Install New Software. It lies beside the framework's area, in {@code DATA/osgi}; the product stays as it is. p2
 * itself starts when somebody asks for it, and for the first start after the product changed.
 */
public final class AddedSoftware {
    private static final String AGENT = "org.eclipse.equinox.p2.core.IProvisioningAgent";
    private static final String COMPONENTS = "Service-Component"; //$NON-NLS

    private final BundleContext context;
    private final Path area;
    private final Path product;

    private AddedSoftware(BundleContext context, Path area, Path product) {
        this.context = context;
        this.area = area;
        this.product = product;
    }

    /** Looks after it while the window is open; any thread but that of the window. Does nothing where no product is started. */
    public static void start(BundleContext context) {
        String product = context.getProperty("zennet.install");
        Location configuration = Platform.getConfigurationLocation();
        if (product == null || configuration == null || !configuration.isSet()) {
            return;
        }
        try {
            new AddedSoftware(context, URIUtil.toFile(URIUtil.toURI(configuration.getURL())).toPath().toAbsolutePath().getParent(), Path.of(product)).start();
        } catch (IOException | URISyntaxException | InvalidSyntaxException e) {
            ILog.of(AddedSoftware.class).warn("the added software is not looked after: " + e.getMessage());
        }
    }

    private void start() throws IOException, InvalidSyntaxException {
        startComponents();
        context.addServiceListener(e -> {
            if (e.getType() == ServiceEvent.REGISTERED) {
                Thread.ofVirtual().start(this::offerSite);
            }
        }, "(objectClass=" + AGENT + ")");
        Path mark = area.resolve("product");
        String now = mark();
        if (Files.isDirectory(area.resolve("p2"))) {
            if (!Files.exists(mark) || !now.equals(Files.readString(mark))) {
                Job job = Job.createSystem(Messages.carrying, monitor -> {
                    CarriedSoftware.carry(context, monitor);
                    try {
                        Files.writeString(mark, now);
                    } catch (IOException e) {
                        ILog.of(AddedSoftware.class).warn(mark + " can't be written: " + e.getMessage());
                    }
                });
                job.setPriority(Job.DECORATE);
                job.schedule();
            }
        } else {
            Files.writeString(mark, now);
        }
    }

    /** p2 starts no bundle that does not ask for it, and a plug-in of services alone is woken by no class. */
    private void startComponents() {
        for (Bundle b : context.getBundles()) {
            String location = b.getLocation();
            if (b.getState() <= Bundle.RESOLVED && b.getHeaders("").get(COMPONENTS) != null
                    && Files.exists(area.resolve("plugins").resolve(location.substring(location.lastIndexOf('/') + 1)))) {
                try {
                    b.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
                } catch (BundleException e) {
                    ILog.of(AddedSoftware.class).warn(b.getSymbolicName() + ", which was added, does not start: " + e.getMessage());
                }
            }
        }
    }

    private void offerSite() {
        SoftwareSites.offer(context, product, Path.of(context.getProperty("zennet.home") == null ? product.toString() : context.getProperty("zennet.home")));
    }

    /** Says which product it is, where, and when built. */
    private String mark() throws IOException {
        return product + " " + Files.getLastModifiedTime(product.resolve("configuration/org.eclipse.equinox.simpleconfigurator/bundles.info")).toMillis();
    }
}
