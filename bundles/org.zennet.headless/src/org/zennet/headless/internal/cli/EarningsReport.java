package org.zennet.headless.internal.cli;

import java.time.InstantSource;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.remote.RemoteMachinesComponent;
import org.zennet.services.Rejected;
import org.zennet.services.provider.Earnings;

/** Earnings per machine and day, as a table, a document or comma-separated values. */
final class EarningsReport {
    private EarningsReport() { }

    /** Of this machine, or of those that are named. One that can't be reached is told and the others are printed all the same. */
    static int print(Common common, boolean csv, List<String> machines) throws Rejected {
        Map<String, List<Earnings>> all = new LinkedHashMap<>();
        int failed = 0;
        if (machines.isEmpty()) {
            all.put("local", RemoteMachinesComponent.days(common.client().call("provider.earnings", Map.of())));
        }
        for (String machine : machines) {
            try {
                all.put(machine, RemoteMachinesComponent.look(machine, InstantSource.system()).days());
            } catch (Rejected e) {
                failed++;
                System.err.println("zennet: " + machine + ": " + e.getMessage());
            }
        }
        ArrayNode document = Json.MAPPER.createArrayNode();
        List<List<String>> rows = new ArrayList<>();
        all.forEach((machine, days) -> days.forEach(d -> {
            ObjectNode o = document.addObject();
            o.put("machine", machine).put("day", d.day().toString()).put("leases", d.leases()).put("tasks", d.tasks()).put("earned", d.earned().zen());
            rows.add(List.of(machine, d.day().toString(), Integer.toString(d.leases()), Integer.toString(d.tasks()), d.earned().toString().replace(" XEN", "")));
        }));
        if (common.json) {
            common.out().json(document);
        } else if (csv) {
            common.out().line("machine,day,leases,tasks,earned_xen");
            rows.forEach(r -> common.out().line(String.join(",", r)));
        } else if (rows.isEmpty()) {
            common.out().line("nothing was earned yet");
        } else {
            common.out().table(List.of("MACHINE", "DAY", ">LEASES", ">TASKS", ">EARNED XEN"), rows);
        }
        return failed == 0 ? 0 : 1;
    }
}
