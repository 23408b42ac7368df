package org.zennet.workbench.internal.model;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Amount;
import org.zennet.api.value.UsageVector;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;

/** What leases brought in, by the day on which they ended; those that run count for the current one. */
public final class Earnings {
    /** The headings. */
    public static final List<String> COLUMNS = List.of(Messages.day, Messages.leasesHeading, Messages.tasks, Messages.paid, Messages.withheld, Messages.unpaid, Messages.usage);
    /** The most days that are drawn. */
    static final int DAYS = 60;
    private static final double ZEN = 1e8;

    private Earnings() { }

    /** What one day's leases came to. */
    private record Day(int leases, int tasks, Amount paid, Amount withheld, Amount unpaid, UsageVector usage) {
        static final Day NONE = new Day(0, 0, Amount.ZERO, Amount.ZERO, Amount.ZERO, UsageVector.ZERO);

        Day with(LeaseInfo l) {
            Amount lost = l.state() == LeaseState.UNPAID || l.state() == LeaseState.FAILED ? l.owed().minusOrZero(l.paid()) : Amount.ZERO;
            return new Day(leases + 1, tasks + l.tasks(), paid.plus(l.paid()), withheld.plus(l.withheld()), unpaid.plus(lost), usage.plus(l.usage()));
        }
    }

    private static TreeMap<LocalDate, Day> days(List<LeaseInfo> leases, ZoneId zone, Instant now) {
        TreeMap<LocalDate, Day> days = new TreeMap<>();
        for (LeaseInfo l : leases) {
            boolean over = l.state() == LeaseState.SETTLED || l.state() == LeaseState.UNPAID || l.state() == LeaseState.FAILED;
            days.merge((over ? l.since() : now).atZone(zone).toLocalDate(), Day.NONE.with(l), (a, b) -> a.with(l));
        }
        return days;
    }

    /** One line per day with a lease, the newest first. */
    public static List<Row> rows(List<LeaseInfo> leases, ZoneId zone, Instant now) {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<LocalDate, Day> e : days(leases, zone, now).descendingMap().entrySet()) {
            Day d = e.getValue();
            rows.add(Row.of("day/" + e.getKey(), e.getKey().toString(), String.valueOf(d.leases()), String.valueOf(d.tasks()), d.paid().toString(), d.withheld().toString(),
                    d.unpaid().toString(), Figures.usage(d.usage())));
        }
        return rows;
    }

    /** The sum of all, in one line. */
    public static String headline(List<LeaseInfo> leases, ZoneId zone, Instant now) {
        Amount all = leases.stream().map(LeaseInfo::paid).reduce(Amount.ZERO, Amount::plus);
        return leases.isEmpty() ? Messages.nothingEarned : NLS.bind(Messages.earnedInAll, new Object[] {all, Figures.count(leases.size(), Messages.oneLease, Messages.leases),
            Figures.count(days(leases, zone, now).size(), Messages.oneDay, Messages.days)});
    }

    /** XEN by day, days without a lease too, at most the newest sixty. */
    public static ChartData chart(List<LeaseInfo> leases, ZoneId zone, Instant now) {
        TreeMap<LocalDate, Day> days = days(leases, zone, now);
        List<String> names = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        if (!days.isEmpty()) {
            LocalDate last = days.lastKey();
            LocalDate first = days.firstKey().isBefore(last.minusDays(DAYS - 1)) ? last.minusDays(DAYS - 1) : days.firstKey();
            for (LocalDate d = first; !d.isAfter(last); d = d.plusDays(1)) {
                names.add(d.toString());
                values.add(days.getOrDefault(d, Day.NONE).paid().zen() / ZEN);
            }
        }
        return new ChartData(Messages.earningsByDay, "XEN", List.of(), names, List.of(new ChartData.Series(Messages.paid, values)));
    }
}
