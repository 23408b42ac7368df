package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Resources;
import org.zennet.services.provider.ProviderService.OwnerState;
import org.zennet.services.provider.ProviderService.Status;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;

/** What this machine offers, and by which settings, as lines of a name and a value. */
public final class OfferRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of(Messages.name, Messages.value);
    private static final double MILLI = 1000;
    private static final int ALL = 1000;

    private OfferRows() { }

    /**
     * The line above.
     *
     * @param now     of the provider, where one runs
     * @param canHave whether one could be started
     */
    public static String headline(Optional<Status> now, boolean canHave) {
        return now.map(LeaseRows::status).orElse(canHave ? Messages.notOffered : Messages.noNodeToOffer);
    }

    /** State first, then settings, those that were changed from their default marked. */
    public static List<Row> of(Optional<Status> now, Optional<Long> pid, List<Section> settings) {
        List<Row> rows = new ArrayList<>();
        now.ifPresent(s -> {
            List<Row> state = new ArrayList<>();
            pid.filter(p -> p != 0).ifPresent(p -> state.add(line("pid", Messages.process, NLS.bind(Messages.processBeside, String.valueOf(p)))));
            state.add(line("machine", Messages.forRentInAll, resources(s.machine())));
            s.sold().ifPresent(r -> state.add(line("sold", Messages.rentedNow, resources(r))));
            state.add(line("owner", Messages.forRentNow, s.owner().map(OfferRows::owner).orElse(Messages.allOfIt)));
            state.add(line("backends", Messages.containers, s.backends().isEmpty() ? Messages.none : String.join(", ", s.backends())));
            for (Map.Entry<String, String> e : s.notSold().entrySet()) {
                state.add(line("notSold/" + e.getKey(), NLS.bind(Messages.notSold, e.getKey()), e.getValue()));
            }
            state.add(line("accepting", Messages.newWork, s.accepting() ? Messages.isTaken : NLS.bind(Messages.isNotTaken, s.problem().orElse(""))));
            state.add(line("strategy", Messages.strategy, s.strategy()));
            state.add(line("earned", Messages.earned, s.earned().toString()));
            state.add(line("work", Messages.work, Figures.count(s.leases(), Messages.oneLease, Messages.leases) + ", "
                    + Figures.count(s.tasks(), Messages.oneTask, Messages.manyTasks)));
            s.reconciliation().ifPresent(r -> state.add(line("checked", Messages.checked, NLS.bind(Messages.checkedCounts, new Object[] {Figures.time(r.at()),
                String.valueOf(r.containers()), String.valueOf(r.contracts()), String.valueOf(r.reservations()), String.valueOf(r.channels())})
                    + r.problem().map(p -> ": " + p).orElse(""))));
            rows.add(new Row("state", List.of(Messages.state, s.accepting() ? Messages.openForWork : Messages.takesNoNewWork), state));
        });
        for (Section section : settings.stream().sorted(Comparator.comparing(s -> !s.name().equals("provider"))).toList()) {
            if (isOfProvider(section)) {
                rows.add(new Row("section/" + section.name(), List.of(section.label(), section.description()),
                        section.settings().stream().map(OfferRows::setting).toList()));
            }
        }
        return rows;
    }

    /** Whether an owner looks for it under the provider: its own settings, its strategies' and backends'. */
    public static boolean isOfProvider(Section section) {
        return section.name().equals("provider") || section.name().startsWith("pricing") || section.name().startsWith("virtualization")
                || section.name().equals("wallet");
    }

    private static Row setting(Setting s) {
        String value = s.value().isEmpty() ? Messages.empty : s.value();
        String note = s.pending() ? NLS.bind(Messages.fromNextStart, value) : value;
        return line("setting/" + s.key(), s.label(), s.source() == Setting.Source.DEFAULT ? NLS.bind(Messages.byDefault, note) : note);
    }

    private static Row line(String id, String name, String value) {
        return Row.of("offer/" + id, name, value);
    }

    private static String resources(Resources r) {
        return NLS.bind(Messages.coresAndMemory, String.format(Locale.ROOT, "%.1f", r.cores() / MILLI), r.memory() >> 20);
    }

    /** What the owner leaves now, in one line. */
    static String owner(OwnerState o) {
        StringBuilder s = new StringBuilder(o.perMille() == ALL ? Messages.allOfIt : o.perMille() / 10.0 + " %");
        if (!o.reason().isEmpty()) {
            s.append(": ").append(o.reason());
        }
        if (o.idleOnly()) {
            s.append("; ").append(NLS.bind(Messages.idleOnly, String.valueOf(o.foreignLimit() / 10.0)));
            o.foreign().ifPresent(f -> s.append(", ").append(NLS.bind(Messages.loadNow, String.valueOf(f / 10.0))));
        }
        if (o.frozen() > 0) {
            s.append("; ").append(NLS.bind(Messages.frozenLeases, String.valueOf(o.frozen())));
        }
        return s.toString();
    }
}
