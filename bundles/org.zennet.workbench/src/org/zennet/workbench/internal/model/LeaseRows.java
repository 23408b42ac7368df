package org.zennet.workbench.internal.model;

import java.util.List;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.Status;

/** A provider's leases as lines. */
public final class LeaseRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of("Lease", "Publisher", "State", "Tasks", "Owed", "Paid", "At risk", "Withheld", "Usage", "Settled by");

    private LeaseRows() { }

    /** One line per lease. */
    public static List<Row> of(List<LeaseInfo> leases) {
        return leases.stream().map(l -> Row.of(l.id(), Figures.brief(l.id()), Figures.brief(l.publisher()),
                Figures.word(l.state()), String.valueOf(l.tasks()), l.owed().toString(), l.paid().toString(),
                l.exposure().toString(), l.withheld().toString(), Figures.usage(l.usage()),
                l.settlement().map(s -> Figures.brief(s) + (l.settlementHeight() == 0 ? ", waits for a block" : " in block " + l.settlementHeight()))
                        .orElse(""))).toList();
    }

    /** How it goes, in one line. */
    public static String status(Status s) {
        return (s.accepting() ? "Open for work" : "Takes no new work") + ", " + Figures.count(s.leases(), "lease", "leases") + ", earned " + s.earned()
                + ", priced by " + s.strategy() + s.problem().map(x -> ": " + x).orElse("");
    }
}
