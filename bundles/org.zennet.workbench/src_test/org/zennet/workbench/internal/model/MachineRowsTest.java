package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.services.node.RemoteMachines.Machine;
import org.zennet.services.node.RemoteMachines.State;
import org.zennet.services.provider.Earnings;

class MachineRowsTest {
    private static final Machine SEEN = new Machine("ssh://farm", State.CONNECTED, Optional.empty(), Optional.of(Instant.EPOCH), "zennet-provider", "ab".repeat(32), 77,
            true, 2, 9, Amount.ofXen(3), List.of(new Earnings(LocalDate.of(2026, 11, 1), 1, 4, Amount.ofXen(1)), new Earnings(LocalDate.of(2026, 11, 2), 2, 5, new Amount(150_000_000))));
    private static final Machine LOST = new Machine("ssh://barn:23", State.UNREACHABLE, Optional.of("ssh to barn: Connection refused"), Optional.empty(), "", "", 0, false, 0, 0,
            Amount.ZERO, List.of());

    @Test
    void eachMachineTellsHowItIsAndWhatItEarnedByDayTheNewestFirst() {
        List<Row> rows = MachineRows.of(List.of(SEEN, LOST));
        assertEquals("ssh://farm\tOpen for work\t2\t9\t3 XEN\tblock 77, identity abababababab\n\t2026-11-02\t\t2\t5\t1.5 XEN\t\n\t2026-11-01\t\t1\t4\t1 XEN\t\n", rows.get(0).text());
        assertEquals("ssh://barn:23\tcan't be reached\t\t\t\tssh to barn: Connection refused\n", rows.get(1).text());
        assertEquals("1 of 2 machines seen, 2 leases, earned 3 XEN", MachineRows.status(List.of(SEEN, LOST)));
        assertEquals(Optional.of("ssh://barn:23"), MachineRows.machine(rows.get(1)));
        assertEquals(Optional.empty(), MachineRows.machine(rows.get(0).children().get(0)));
    }

    @Test
    void earningsAreWrittenByMachineAndDay() {
        assertEquals("machine,day,leases,tasks,earned_xen\r\nssh://farm,2026-11-01,1,4,1\r\nssh://farm,2026-11-02,2,5,1.5\r\n", MachineRows.csv(List.of(LOST, SEEN)));
    }
}
