package org.zennet.services.provider;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.zennet.api.value.Amount;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;

/**
 * What leases earned on one day: those that ended on it, and on the current day those that run.
 *
 * @param day    in the time zone that was asked for
 * @param leases how many earned something
 * @param tasks  done in them
 * @param earned what vouchers and ticks of them hold
 */
public record Earnings(LocalDate day, int leases, int tasks, Amount earned) {
    /** Sums leases up by day, oldest first; days without earnings are left out. */
    public static List<Earnings> perDay(List<LeaseInfo> leases, ZoneId zone, Instant now) {
        TreeMap<LocalDate, Earnings> days = new TreeMap<>();
        for (LeaseInfo l : leases) {
            if (l.paid().zen() > 0) {
                boolean over = l.state() == LeaseState.SETTLED || l.state() == LeaseState.UNPAID || l.state() == LeaseState.FAILED;
                LocalDate day = (over ? l.since() : now).atZone(zone).toLocalDate();
                days.merge(day, new Earnings(day, 1, l.tasks(), l.paid()), (a, b) -> new Earnings(day, a.leases + b.leases,
                        Math.addExact(a.tasks, b.tasks), a.earned.plus(b.earned)));
            }
        }
        return new ArrayList<>(days.values());
    }
}
