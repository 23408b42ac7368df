package org.zennet.wallet.internal.coins;

import java.util.List;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;

/** What announcements cost and how they look on the chain. */
final class Announcements {
    private Announcements() { }

    /**
     * The output that announces: the bond, and a rent on top of the fee.
     *
     * @param next height of the next block, from which the rent runs
     */
    static Purse.Plan plan(Announcement announcement, PublicKey owner, int next) throws Rejected {
        byte[] payload = Records.encode(announcement);
        if (payload.length > Announcement.MAX_BYTES) {
            throw new Rejected("the announcement has " + payload.length + " bytes, at most " + Announcement.MAX_BYTES
                    + " fit: use a shorter endpoint");
        }
        if (announcement.expiry() <= next) {
            throw new Rejected("the announcement expires at height " + announcement.expiry() + ", the next block has " + next);
        }
        Predicate.Announce announce = Predicate.Announce.of(owner, announcement.expiry(), payload);
        return new Purse.Plan(List.of(new Output(Costs.ANNOUNCEMENT_BOND, announce)), List.of(payload),
                Costs.rent(announce, next));
    }

    /** The output of an announcement. */
    static Output bond(ChainService chain, OutPoint id) throws Rejected {
        byte[] raw = chain.transaction(id.txid()).orElseThrow(() -> new Rejected("the chain knows no announcement " + id)).raw();
        try {
            List<Output> outputs = Transaction.parse(raw).outputs();
            if (id.index() < outputs.size() && outputs.get(id.index()).predicate() instanceof Predicate.Announce) {
                return outputs.get(id.index());
            }
            throw new Rejected(id + " is not an announcement");
        } catch (EncodingException e) {
            throw new Rejected(id + " can't be read: " + e.getMessage(), e);
        }
    }
}
