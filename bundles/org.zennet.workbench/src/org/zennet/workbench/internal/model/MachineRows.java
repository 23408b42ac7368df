package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Amount;
import org.zennet.services.node.RemoteMachines.Machine;
import org.zennet.services.node.RemoteMachines.State;
import org.zennet.services.provider.Earnings;

/** Machines elsewhere as lines, what each earned by day below it, the newest day first. */
public final class MachineRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of(Messages.machine, Messages.state, Messages.machinesLeases, Messages.tasks, Messages.machinesEarned,
            Messages.details);
    private static final String MACHINE = "machine:";

    private MachineRows() { }

    /** One line per machine. */
    public static List<Row> of(List<Machine> machines) {
        return machines.stream().map(m -> new Row(MACHINE + m.address(), List.of(m.address(), state(m), seen(m) ? String.valueOf(m.leases()) : "",
                seen(m) ? String.valueOf(m.tasks()) : "", seen(m) ? m.earned().toString() : "", m.problem().orElseGet(() -> seen(m)
                ? NLS.bind(Messages.machinesIdentity, m.height(), Figures.brief(m.identity())) : "")), days(m))).toList();
    }

    private static boolean seen(Machine m) {
        return m.state() == State.CONNECTED;
    }

    private static String state(Machine m) {
        return switch (m.state()) {
            case CONNECTING -> Messages.machinesConnecting;
            case UNREACHABLE -> m.asked().map(a -> NLS.bind(Messages.machinesLost, Figures.time(a))).orElse(Messages.machinesUnreachable);
            case CONNECTED -> m.accepting() ? Messages.openForWork : Messages.takesNoNewWork;
        };
    }

    private static List<Row> days(Machine m) {
        List<Row> rows = new ArrayList<>();
        for (Earnings d : m.days().reversed()) {
            rows.add(Row.of(m.address() + " " + d.day(), d.day().toString(), "", String.valueOf(d.leases()), String.valueOf(d.tasks()), d.earned().toString(), ""));
        }
        return rows;
    }

    /** The address of the machine that a line stands for. */
    public static Optional<String> machine(Row row) {
        return row.id().startsWith(MACHINE) ? Optional.of(row.id().substring(MACHINE.length())) : Optional.empty();
    }

    /** How all are, in one line. */
    public static String status(List<Machine> machines) {
        if (machines.isEmpty()) {
            return Messages.machinesNone;
        }
        long seen = machines.stream().filter(MachineRows::seen).count();
        return NLS.bind(Messages.machinesSeen, new Object[] {seen, machines.size(), machines.stream().mapToInt(Machine::leases).sum(),
            machines.stream().map(Machine::earned).reduce(Amount.ZERO, Amount::plus)});
    }

    /** Earnings per machine and day as comma-separated values (RFC 4180). */
    public static String csv(List<Machine> machines) {
        StringBuilder csv = new StringBuilder("machine,day,leases,tasks,earned_xen\r\n");
        for (Machine m : machines) {
            for (Earnings d : m.days()) {
                csv.append(m.address()).append(',').append(d.day()).append(',').append(d.leases()).append(',').append(d.tasks()).append(',')
                        .append(d.earned().toString().replace(" XEN", "")).append("\r\n");
            }
        }
        return csv.toString();
    }
}
