package org.zennet.workbench.internal;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.osgi.service.prefs.BackingStoreException;
import org.zennet.services.Rejected;
import org.zennet.services.node.RemoteMachines;

/** Which machines elsewhere this window watches; remembered in its workspace. */
public final class WatchedMachines {
    private static final String KEY = "machines";

    private WatchedMachines() { }

    /** Watches those that are remembered, and more; not on the UI thread. */
    static void restore(List<String> more) {
        Services.find(RemoteMachines.class).ifPresent(machines -> {
            Set<String> all = new LinkedHashSet<>(Arrays.asList(preferences().get(KEY, "").split("\n")));
            all.addAll(more);
            all.remove("");
            for (String address : all) {
                try {
                    machines.add(address);
                } catch (Rejected e) {
                    ILog.of(WatchedMachines.class).warn(e.getMessage());
                }
            }
            remember(machines);
        });
    }

    /** Writes down what is watched now. */
    public static void remember(RemoteMachines machines) {
        IEclipsePreferences p = preferences();
        p.put(KEY, String.join("\n", machines.machines().stream().map(RemoteMachines.Machine::address).toList()));
        try {
            p.flush();
        } catch (BackingStoreException e) {
            ILog.of(WatchedMachines.class).warn("the machines are not remembered: " + e.getMessage());
        }
    }

    private static IEclipsePreferences preferences() {
        return InstanceScope.INSTANCE.getNode("org.zennet.workbench");
    }
}
