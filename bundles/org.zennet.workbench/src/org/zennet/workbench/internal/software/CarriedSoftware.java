package org.zennet.workbench.internal.software;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.equinox.p2.core.IProvisioningAgent;
import org.eclipse.equinox.p2.engine.IProfile;
import org.eclipse.equinox.p2.engine.IProfileRegistry;
import org.eclipse.equinox.p2.engine.PhaseSetFactory;
import org.eclipse.equinox.p2.engine.ProvisioningContext;
import org.eclipse.equinox.p2.engine.query.UserVisibleRootQuery;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.eclipse.equinox.p2.operations.InstallOperation;
import org.eclipse.equinox.p2.operations.ProfileModificationJob;
import org.eclipse.equinox.p2.operations.ProvisioningSession;
import org.eclipse.equinox.p2.query.QueryUtil;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.ui.PlatformUI;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Installs what people added anew after the product changed. p2 begins with the new product alone then, and keeps what was before as a state of
 * its profile; the bundles still lie in the data directory, so that nothing is fetched and nobody is asked whom to trust a second time.
 */
final class CarriedSoftware {
    /** How p2 marks what a product brings, in the profile of who adds to it. */
    private static final String BASE = "org.eclipse.equinox.p2.base";

    private CarriedSoftware() { }

    /** Does it, and asks for the restart. */
    static void carry(BundleContext context, IProgressMonitor monitor) throws CoreException {
        Set<IInstallableUnit> carried = perform(context, monitor);
        if (carried.isEmpty() || !PlatformUI.isWorkbenchRunning()) {
            return;
        }
        PlatformUI.getWorkbench().getDisplay().asyncExec(() -> {
            if (MessageDialog.openQuestion(null, Messages.carried, NLS.bind(Messages.restart, names(carried)))) {
                PlatformUI.getWorkbench().restart();
            }
        });
    }

    /**
     * Installs it.
     *
     * @return what is there after a restart
     * @throws CoreException when it does not fit the new product, in words
     */
    static Set<IInstallableUnit> perform(BundleContext context, IProgressMonitor monitor) throws CoreException {
        // the class's name wakes p2, which registers the agent
        ServiceReference<IProvisioningAgent> reference = context.getServiceReference(IProvisioningAgent.class);
        IProvisioningAgent agent = reference == null ? null : context.getService(reference);
        IProfileRegistry registry = agent == null ? null : agent.getService(IProfileRegistry.class);
        IProfile now = registry == null ? null : registry.getProfile(IProfileRegistry.SELF);
        if (now == null || !added(now).isEmpty()) {
            return Set.of();
        }
        Optional<IProfile> before = before(registry, now);
        Set<IInstallableUnit> roots = before.map(CarriedSoftware::added).orElse(Set.of());
        if (roots.isEmpty()) {
            return Set.of();
        }
        ProvisioningContext offline = new ProvisioningContext(agent);
        offline.setMetadataRepositories();
        offline.setExtraInstallableUnits(withoutProduct(before.get(), now));
        InstallOperation operation = new InstallOperation(new ProvisioningSession(agent), roots);
        operation.setProvisioningContext(offline);
        check(operation.resolveModal(monitor), roots);
        ProfileModificationJob job = (ProfileModificationJob) operation.getProvisioningJob(monitor);
        job.setPhaseSet(PhaseSetFactory.createDefaultPhaseSetExcluding(new String[] {PhaseSetFactory.PHASE_CHECK_TRUST}));
        check(job.runModal(monitor), roots);
        return roots;
    }

    private static void check(IStatus status, Set<IInstallableUnit> roots) throws CoreException {
        if (status.getSeverity() >= IStatus.ERROR) {
            throw new CoreException(new Status(IStatus.ERROR, CarriedSoftware.class, NLS.bind(Messages.notCarried, names(roots), reason(status)), null));
        }
    }

    private static String reason(IStatus status) {
        IStatus deepest = status;
        while (deepest.getChildren().length > 0) {
            deepest = deepest.getChildren()[0];
        }
        return deepest.getMessage();
    }

    /** The newest state that p2 left when it found another product. */
    private static Optional<IProfile> before(IProfileRegistry registry, IProfile now) {
        long[] times = registry.listProfileTimestamps(IProfileRegistry.SELF);
        for (int i = times.length - 1; i >= 0; i--) {
            if (times[i] < now.getTimestamp() && IProfile.STATE_SHARED_INSTALL_VALUE_BEFOREFLUSH.equals(
                    registry.getProfileStateProperties(IProfileRegistry.SELF, times[i]).get(IProfile.STATE_PROP_SHARED_INSTALL))) {
                return Optional.ofNullable(registry.getProfile(IProfileRegistry.SELF, times[i]));
            }
        }
        return Optional.empty();
    }

    private static Set<IInstallableUnit> added(IProfile profile) {
        return profile.query(new UserVisibleRootQuery(), null).toUnmodifiableSet().stream()
                .filter(u -> !Boolean.parseBoolean(profile.getInstallableUnitProperty(u, BASE))).collect(Collectors.toSet());
    }

    /** What came with what was added; of the product's own parts the new ones are taken. */
    private static List<IInstallableUnit> withoutProduct(IProfile before, IProfile now) {
        Set<String> product = now.available(QueryUtil.ALL_UNITS, null).toUnmodifiableSet().stream().map(IInstallableUnit::getId).collect(Collectors.toSet());
        List<IInstallableUnit> units = new ArrayList<>();
        before.query(QueryUtil.ALL_UNITS, null).forEach(u -> {
            if (!product.contains(u.getId())) {
                units.add(u);
            }
        });
        return units;
    }

    private static String names(Set<IInstallableUnit> units) {
        return units.stream().map(u -> u.getProperty(IInstallableUnit.PROP_NAME, null) + " " + u.getVersion()).sorted().collect(Collectors.joining(", "));
    }
}
