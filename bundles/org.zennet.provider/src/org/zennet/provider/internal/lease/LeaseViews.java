package org.zennet.provider.internal.lease;

import java.time.Instant;
import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.market.machine.Bill;
import org.zennet.market.message.ImageProgress;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.services.provider.ProviderService.LeaseInfo;

/** Leases as people see them. */
final class LeaseViews {
    private LeaseViews() { }

    /**
     * One of them.
     *
     * @param image how far its image has come, while it is pulled
     */
    static LeaseInfo info(LeaseMachine m, Optional<ImageProgress> image) {
        Bill b = m.account().bill();
        return new LeaseInfo(m.contract().leaseId(), m.contract().publisher().toHex(), m.state(), Instant.ofEpochMilli(m.since()),
                m.contract().backend(), m.contract().rates(), m.contract().strategy(), b.usage(), m.work().done(),
                m.startedAt() == 0 ? org.zennet.api.value.Amount.ZERO : b.due(), m.account().paid(), m.exposure(), b.withheld(),
                m.settlement().map(Hash::toHex), m.settlementHeight(),
                image.filter(_ -> m.live() && m.startedAt() == 0).map(i -> "pulls its image: " + i.text()).orElse(m.note()));
    }
}
