package org.zennet.workbench.internal.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Amount;
import org.zennet.services.publisher.RentService.MachineInfo;
import org.zennet.services.publisher.RentService.RentInfo;

/** What this person rents as lines: each rent with its machines below it. */
public final class RentRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of(Messages.machine, Messages.state, Messages.address, Messages.provider, Messages.logins,
            Messages.idle, Messages.owed, Messages.paid, Messages.usage, Messages.details);

    private RentRows() { }

    /** One line per rent, its machines below it. */
    public static List<Row> of(List<RentInfo> rents, Instant now) {
        return rents.stream().map(r -> new Row(r.id(), List.of(Figures.count(r.wanted(), Messages.oneMachine, Messages.manyMachines), Figures.word(r.state()), "",
                "", logins(r), "", owed(r), NLS.bind(Messages.ofTotal, r.paid(), r.budget()), "", r.phase()), r.machines().stream().map(m -> machine(r, m, now)).toList(),
                () -> details(r))).toList();
    }

    /** The id of the line of a machine. */
    public static String id(RentInfo r, MachineInfo m) {
        return r.id() + "/" + m.lease();
    }

    private static String logins(RentInfo r) {
        int all = r.machines().stream().mapToInt(MachineInfo::logins).sum();
        return all == 0 ? "" : String.valueOf(all);
    }

    private static String owed(RentInfo r) {
        return r.machines().stream().map(m -> m.due().minusOrZero(m.paid())).reduce(Amount.ZERO, Amount::plus)
                .toString();
    }

    private static Row machine(RentInfo r, MachineInfo m, Instant now) {
        return new Row(id(r, m), List.of(m.name(), Figures.word(m.state()), m.port() == 0 ? "" : "127.0.0.1:" + m.port(), Figures.brief(m.provider()),
                m.logins() == 0 ? "" : String.valueOf(m.logins()), idle(m, now), m.due().minusOrZero(m.paid()).toString(), m.paid().toString(),
                Figures.usage(m.usage()), note(m)), List.of(), () -> details(m));
    }

    private static String idle(MachineInfo m, Instant now) {
        return m.idleSince().map(since -> {
            Duration d = Duration.between(since, now);
            return d.isNegative() ? Figures.duration(Duration.ZERO) : Figures.duration(d);
        }).orElse("");
    }

    private static String note(MachineInfo m) {
        String settled = settled(m);
        return !m.note().isEmpty() ? m.note() : !settled.isEmpty() ? settled : m.witness().map(WitnessRows::alarm).orElse("");
    }

    private static String settled(MachineInfo m) {
        return m.settlement().map(s -> NLS.bind(Messages.settledBy, LeaseRows.settled(s, m.settlementHeight()))).orElse("");
    }

    private static List<Detail> details(RentInfo r) {
        List<Detail> all = new ArrayList<>();
        all.add(new Detail(Messages.rent, Messages.id, r.id()));
        all.add(new Detail(Messages.rent, Messages.state, Figures.word(r.state()) + ": " + r.phase()));
        all.add(new Detail(Messages.rent, Messages.machines, NLS.bind(Messages.machinesReady, r.ready(), r.wanted())));
        all.add(new Detail(Messages.rent, Messages.each, Figures.resources(r.resources()) + ", " + r.backend()));
        all.add(new Detail(Messages.rent, Messages.opened, Figures.time(r.opened())));
        all.add(new Detail(Messages.rent, Messages.closes, Figures.time(r.until())));
        r.ended().ifPresent(e -> all.add(new Detail(Messages.rent, Messages.ended, Figures.time(e))));
        all.add(new Detail(Messages.money, Messages.budget, r.budget().toString()));
        all.add(new Detail(Messages.money, Messages.paid, r.paid().toString()));
        r.announcement().ifPresent(a -> all.add(new Detail(Messages.rent, Messages.announcement, a)));
        all.add(new Detail("OpenSSH", Messages.files, r.directory().toString())); //$NON-NLS: a name
        all.add(new Detail("OpenSSH", Messages.command, "ssh -F " + r.directory().resolve("ssh_config") + " zennet-N")); //$NON-NLS: a name
        return all;
    }

    private static List<Detail> details(MachineInfo m) {
        List<Detail> all = new ArrayList<>();
        all.add(new Detail(Messages.machine, Messages.name, m.name()));
        all.add(new Detail(Messages.machine, Messages.state, Figures.word(m.state())));
        all.add(new Detail(Messages.machine, Messages.lease, m.lease()));
        all.add(new Detail(Messages.machine, Messages.provider, m.provider()));
        all.add(new Detail(Messages.machine, Messages.hostKey, m.fingerprint()));
        all.add(new Detail(Messages.money, Messages.rates, m.rates().describe()));
        all.add(new Detail(Messages.money, Messages.used, Figures.usage(m.usage())));
        all.add(new Detail(Messages.money, Messages.due, m.due().toString()));
        all.add(new Detail(Messages.money, Messages.paid, m.paid().toString()));
        all.add(new Detail(Messages.money, Messages.channel, m.channel()));
        m.settlement().ifPresent(s -> all.add(new Detail(Messages.money, Messages.settlement, LeaseRows.settled(s, m.settlementHeight()))));
        if (!m.note().isEmpty()) {
            all.add(new Detail(Messages.machine, Messages.note, m.note()));
        }
        m.witness().ifPresent(w -> all.addAll(WitnessRows.of(w)));
        return all;
    }
}
