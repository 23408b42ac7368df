package org.zennet.software;

import java.lang.reflect.Method;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.equinox.p2.core.IProvisioningAgent;
import org.eclipse.equinox.p2.core.UIServices;
import org.eclipse.equinox.p2.engine.IProfile;
import org.eclipse.equinox.p2.engine.IProfileRegistry;
import org.eclipse.equinox.p2.engine.query.UserVisibleRootQuery;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.eclipse.equinox.p2.operations.InstallOperation;
import org.eclipse.equinox.p2.operations.ProfileChangeOperation;
import org.eclipse.equinox.p2.operations.ProvisioningJob;
import org.eclipse.equinox.p2.operations.ProvisioningSession;
import org.eclipse.equinox.p2.operations.UninstallOperation;
import org.eclipse.equinox.p2.operations.UpdateOperation;
import org.eclipse.equinox.p2.query.QueryUtil;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepositoryManager;
import org.eclipse.equinox.p2.repository.metadata.IMetadataRepositoryManager;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Stands in for a person before the platform's wizards: runs in the desktop's framework in place of the window, does what the variable
 * {@code SOFTWARE} says with the operations that the wizards use, and says yes or no when it is asked for trust.
 */
public final class Driver implements BundleActivator {
    private static boolean trusts;

    private static final Map<Integer, String> STATES = Map.of(Bundle.INSTALLED, "unresolved", Bundle.STARTING, "starting", Bundle.ACTIVE, "active");

    @Override
    public void start(BundleContext context) {
        new Thread(() -> run(context), "driver").start();
    }

    @Override
    public void stop(BundleContext context) { }

    private static void run(BundleContext context) {
        int code = 1;
        try {
            for (String command : System.getenv("SOFTWARE").split(";")) {
                List<String> words = List.of(command.strip().split(" +"));
                switch (words.getFirst()) {
                    case "bundles" -> bundles(context);
                    case "trust" -> trusts = words.get(1).equals("yes");
                    case "carry" -> carry(context);
                    default -> software(context, words);
                }
            }
            System.out.println("driver done");
            code = 0;
        } catch (Exception e) {
            e.printStackTrace(System.out);
        }
        System.out.flush();
        try {
            context.getBundle(0).stop();
            ((org.osgi.framework.launch.Framework) context.getBundle(0)).waitForStop(20_000);
        } catch (Exception e) {
            e.printStackTrace(System.out);
        }
        System.exit(code);
    }

    /** What the window does after its product changed. */
    private static void carry(BundleContext context) throws Exception {
        for (Bundle b : context.getBundles()) {
            if (b.getSymbolicName().equals("org.zennet.workbench")) {
                Method m = b.loadClass("org.zennet.workbench.internal.software.CarriedSoftware").getDeclaredMethod("perform", BundleContext.class, IProgressMonitor.class);
                m.setAccessible(true);
                System.out.println("carried " + m.invoke(null, b.getBundleContext() == null ? context : b.getBundleContext(), new NullProgressMonitor()));
            }
        }
    }

    private static void bundles(BundleContext context) {
        for (Bundle b : context.getBundles()) {
            System.out.println("bundle " + b.getSymbolicName() + " " + b.getVersion() + " " + STATES.getOrDefault(b.getState(), "resolved"));
        }
    }

    private static void software(BundleContext context, List<String> words) throws Exception {
        // naming the class starts p2, as the command behind the menu does
        IProvisioningAgent agent = context.getService(context.getServiceReference(IProvisioningAgent.class));
        agent.registerService(UIServices.SERVICE_NAME, new Person());
        ProvisioningSession session = new ProvisioningSession(agent);
        IProfile profile = agent.getService(IProfileRegistry.class).getProfile(IProfileRegistry.SELF);
        switch (words.getFirst()) {
            case "list" -> {
                for (IInstallableUnit unit : profile.query(new UserVisibleRootQuery(), null)) {
                    boolean ours = Boolean.parseBoolean(profile.getInstallableUnitProperty(unit, "org.eclipse.equinox.p2.base"));
                    System.out.println((ours ? "product " : "added ") + unit.getId() + " " + unit.getVersion());
                }
            }
            case "offer" -> {
                for (IInstallableUnit unit : agent.getService(IMetadataRepositoryManager.class).loadRepository(URI.create(words.get(1)), null)
                        .query(QueryUtil.createIUGroupQuery(), null)) {
                    System.out.println("offered " + unit.getId() + " " + unit.getVersion());
                }
            }
            case "install" -> {
                Collection<IInstallableUnit> units = agent.getService(IMetadataRepositoryManager.class).loadRepository(URI.create(words.get(1)), null)
                        .query(QueryUtil.createLatestQuery(QueryUtil.createIUQuery(words.get(2))), null).toUnmodifiableSet();
                agent.getService(IArtifactRepositoryManager.class).loadRepository(URI.create(words.get(1)), null);
                perform(new InstallOperation(session, units), words);
            }
            case "remove" -> perform(new UninstallOperation(session, profile.query(QueryUtil.createIUQuery(words.get(1)), null).toUnmodifiableSet()), words);
            case "update" -> {
                agent.getService(IMetadataRepositoryManager.class).loadRepository(URI.create(words.get(1)), null);
                agent.getService(IArtifactRepositoryManager.class).loadRepository(URI.create(words.get(1)), null);
                perform(new UpdateOperation(session, profile.query(QueryUtil.createIUQuery(words.get(2)), null).toUnmodifiableSet()), words);
            }
            default -> throw new IllegalArgumentException(String.join(" ", words));
        }
    }

    private static void perform(ProfileChangeOperation operation, List<String> words) {
        IStatus status = operation.resolveModal(new NullProgressMonitor());
        ProvisioningJob job = status.isOK() ? operation.getProvisioningJob(new NullProgressMonitor()) : null;
        if (job != null) {
            status = job.runModal(new NullProgressMonitor());
        }
        System.out.println(words.getFirst() + " " + (status.isOK() ? "done" : "refused: " + text(status)));
    }

    private static String text(IStatus status) {
        StringBuilder b = new StringBuilder(status.getMessage());
        Throwable t = status.getException();
        if (t != null) {
            b.append(" (").append(t).append(")");
        }
        for (IStatus child : status.getChildren()) {
            b.append(" | ").append(text(child));
        }
        return b.toString().replace('\n', ' ');
    }

    /** Tells what it was asked. */
    private static final class Person extends UIServices {
        @Override
        public AuthenticationInfo getUsernamePassword(String location) {
            return null;
        }

        @Override
        public AuthenticationInfo getUsernamePassword(String location, AuthenticationInfo previous) {
            return null;
        }

        @Override
        public TrustInfo getTrustInfo(Certificate[][] chains, String[] unsigned) {
            for (String name : unsigned == null ? new String[0] : unsigned) {
                System.out.println("asked unsigned " + name.replaceAll(".*/", ""));
            }
            for (Certificate[] chain : chains == null ? new Certificate[0][] : chains) {
                System.out.println("asked signed " + ((X509Certificate) chain[0]).getSubjectX500Principal());
            }
            Certificate[] trusted = trusts && chains != null ? java.util.Arrays.stream(chains).map(c -> c[0]).toArray(Certificate[]::new) : new Certificate[0];
            return new TrustInfo(trusted, false, trusts);
        }
    }
}
