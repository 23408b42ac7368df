package org.zennet.workbench.internal.model;

import java.util.List;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.Status;

/** A provider's leases as lines. */
public final class LeaseRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of(Messages.lease, Messages.publisher, Messages.state, Messages.tasks, Messages.owed, Messages.paid,
            Messages.atRisk, Messages.withheld, Messages.usage, Messages.settlement);

    private LeaseRows() { }

    /** One line per lease. */
    public static List<Row> of(List<LeaseInfo> leases) {
        return leases.stream().map(l -> Row.of(l.id(), Figures.brief(l.id()), Figures.brief(l.publisher()),
                Figures.word(l.state()), String.valueOf(l.tasks()), l.owed().toString(), l.paid().toString(),
                l.exposure().toString(), l.withheld().toString(), Figures.usage(l.usage()),
                l.settlement().map(s -> settled(s, l.settlementHeight())).orElse(""))).toList();
    }

    /** How it goes, in one line. */
    public static String status(Status s) {
        return NLS.bind(Messages.providing, new Object[] {s.accepting() ? Messages.openForWork : Messages.takesNoNewWork,
            Figures.count(s.leases(), Messages.oneLease, Messages.leases), s.earned(), s.strategy()}) + s.problem().map(x -> ": " + x).orElse("");
    }

    /** A settling transaction and its block. */
    static String settled(String txid, int height) {
        return height == 0 ? NLS.bind(Messages.settledWaiting, Figures.brief(txid)) : NLS.bind(Messages.settledInBlock, Figures.brief(txid), height);
    }
}
