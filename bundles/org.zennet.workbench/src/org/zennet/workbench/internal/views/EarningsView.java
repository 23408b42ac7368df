package org.zennet.workbench.internal.views;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Earnings;

/** What this machine earned, by day. */
public final class EarningsView extends TableAndChartView {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.earnings";

    /** For the workbench. */
    public EarningsView() {
        super(Messages.earnings, true, Earnings.COLUMNS, 5, 3, 2, 5, 3, 3, 6);
    }

    @Override
    Snapshot snapshot() {
        List<LeaseInfo> leases = Provided.now().map(Provided::leases).orElse(List.of());
        ZoneId zone = ZoneId.systemDefault();
        Instant now = Services.clock().instant();
        return new Snapshot(Earnings.headline(leases, zone, now), Earnings.rows(leases, zone, now), Earnings.chart(leases, zone, now));
    }
}
