package org.zennet.services.wallet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.OutPoint;

/** The coins of this process. Thread-safe. What spends is durable before it is sent. */
public interface WalletService {
    /** What there is. */
    Balance balance();

    /** A fresh address to be paid at, bech32m. */
    String newAddress();

    /** The newest entries first, at most a number. */
    List<Entry> history(int limit);

    /**
     * Pays an address.
     *
     * @return the transaction's id
     * @throws Rejected with what is missing: the sums needed, available and the fee
     */
    Hash send(String address, Amount amount) throws Rejected;

    /** What sending would do, without doing it. */
    Preview preview(String address, Amount amount) throws Rejected;

    /**
     * Puts an announcement on the chain: bond, rent and fee are paid from this wallet.
     *
     * @return its id
     */
    OutPoint announce(Announcement announcement) throws Rejected;

    /** Revokes an announcement of this wallet; the bond comes back. */
    Hash revoke(OutPoint announcement) throws Rejected;

    /** On the dev network only: takes a genesis coin of the published test key. */
    Hash takeTestCoins() throws Rejected;

    /** Is told when balance or history changed; on a worker thread. */
    Registration watch(Runnable changed);

    /**
     * What there is.
     *
     * @param available can be spent now
     * @param pending   on its way in, or a block reward that is not mature
     * @param inChannels locked in open channels of this wallet
     */
    record Balance(Amount available, Amount pending, Amount inChannels) { }

    /** One thing that happened. Kind: received, sent, fee, channel opened, channel settled, mined, announcement. */
    record Entry(Instant at, String kind, Hash txid, int height, long deltaZen, String note) { }

    /** What a payment would do. */
    record Preview(Amount amount, Amount fee, Amount change, int inputs, Optional<String> warning) { }
}
