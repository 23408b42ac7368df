package org.zennet.workbench.internal.model;

import java.util.List;
import java.util.Locale;
import org.zennet.services.provider.ProviderService.LeaseInfo;

/** A provider's leases as lines. */
public final class LeaseRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of("Lease", "Publisher", "State", "Tasks", "Owed", "Paid", "At risk", "Withheld", "Usage", "Settled by");

    private LeaseRows() { }

    /** One line per lease. */
    public static List<Row> of(List<LeaseInfo> leases) {
        return leases.stream().map(l -> Row.of(l.id(), l.id(), l.publisher().substring(0, Math.min(12, l.publisher().length())),
                l.state().name().toLowerCase(Locale.ROOT), String.valueOf(l.tasks()), l.owed().toString(), l.paid().toString(),
                l.exposure().toString(), l.withheld().toString(), l.usage().toString(),
                l.settlement().map(s -> s.substring(0, Math.min(12, s.length())) + " in block " + l.settlementHeight()).orElse(""))).toList();
    }
}
