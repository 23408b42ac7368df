package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Display;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.zennet.api.value.Amount;
import org.zennet.services.Registration;
import org.zennet.services.node.RemoteMachines;
import org.zennet.services.provider.Earnings;

/** Machines elsewhere, as the view shows them. */
class MachinesViewTest {
    private final AtomicBoolean onUiThread = new AtomicBoolean();

    private final class Farm implements RemoteMachines {
        private final Thread ui = Display.getDefault().getThread();

        @Override
        public List<Machine> machines() {
            onUiThread.compareAndSet(false, Thread.currentThread() == ui);
            return List.of(new Machine("ssh://farm", State.CONNECTED, Optional.empty(), Optional.of(Instant.EPOCH), "zennet-provider", "ab".repeat(32), 77, true, 1, 4,
                    Amount.ofXen(3), List.of(new Earnings(LocalDate.of(2026, 11, 2), 2, 4, Amount.ofXen(3)))),
                    new Machine("ssh://barn", State.UNREACHABLE, Optional.of("ssh to barn: Connection refused"), Optional.empty(), "", "", 0, false, 0, 0, Amount.ZERO, List.of()));
        }

        @Override
        public void add(String address) { }

        @Override
        public void remove(String address) { }

        @Override
        public Registration watch(Runnable changed) {
            return () -> { };
        }
    }

    @Test
    void eachMachineIsALineWithItsDaysBelowAndNobodyIsAskedOnTheUiThread() {
        ServiceRegistration<RemoteMachines> registration = FrameworkUtil.getBundle(MachinesViewTest.class).getBundleContext()
                .registerService(RemoteMachines.class, new Farm(), FrameworkUtil.asDictionary(Map.of("service.ranking", 1000)));
        try {
            Composite view = Ui.show("org.zennet.workbench.machines");
            assertEquals("ssh://farm | Open for work | 1 | 4 | 3 XEN | block 77, identity abababababab", Ui.row(Ui.tree(view, 0), "ssh://farm"));
            Ui.row(Ui.tree(view, 0), "2026-11-02");
            assertEquals("ssh://barn | can't be reached |  |  |  | ssh to barn: Connection refused", Ui.row(Ui.tree(view, 0), "ssh://barn"));
            assertFalse(onUiThread.get());
        } finally {
            registration.unregister();
        }
    }
}
