package org.zennet.provider.internal.lease;

import java.time.Instant;
import org.zennet.api.value.Hash;
import org.zennet.market.machine.Bill;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.services.provider.ProviderService.LeaseInfo;

/** Leases as people see them. */
final class LeaseViews {
    private LeaseViews() { }

    static LeaseInfo info(LeaseMachine m) {
        Bill b = m.account().bill();
        return new LeaseInfo(m.contract().leaseId(), m.contract().publisher().toHex(), m.state(), Instant.ofEpochMilli(m.since()),
                m.contract().backend(), m.contract().rates(), m.contract().strategy(), b.usage(), m.work().done(),
                m.startedAt() == 0 ? org.zennet.api.value.Amount.ZERO : b.due(), m.account().paid(), m.exposure(), b.withheld(),
                m.settlement().map(Hash::toHex), m.settlementHeight(), m.note());
    }
}
