package org.zennet.services.wallet;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * Both ends of payment channels (docs/channels.md). Thread-safe. What promises money is durable before it is handed
 * out; what receives money is durable before it counts, but ticks are group-committed within one second.
 */
public interface ChannelService {
    // ---- payer

    /**
     * Funds a channel: builds, stores and submits the funding transaction.
     *
     * @param payee    the payee's fresh money key, from the contract
     * @param quantum  the value of one tick
     * @param blocks   how long until the payer can take back what is left
     * @param label    what it is for: the lease id
     */
    Funding open(PublicKey payee, Amount capacity, Amount quantum, int blocks, String label) throws Rejected;

    /**
     * The payment message that brings what was paid in all up to the largest step that is not above {@code owed}:
     * a tick, or a voucher and perhaps a tick. Empty when nothing more is due at this granularity.
     *
     * @throws Rejected when the capacity is exhausted: the message says how much is missing
     */
    Optional<Payment> pay(OutPoint channel, Amount owed) throws Rejected;

    /** Like {@link #pay}, by a voucher over exactly this sum, with no rounding to ticks: for the last payment. */
    Optional<Payment> payExactly(OutPoint channel, Amount owed) throws Rejected;

    /**
     * Takes the payee's newest payment as proof of what this end promised before a break. Nothing is signed by this. Where it
     * holds more than is known here, because the newest states were lost, payments go on from there.
     *
     * @return what the payee holds
     * @throws Rejected when it is no payment of this wallet's on this channel: then the payee is not to be dealt with
     */
    Amount sync(OutPoint channel, Payment newest) throws Rejected;

    /** Takes back the whole rest after the expiry, if the payee never settled. */
    Optional<Hash> refund(OutPoint channel) throws Rejected;

    // ---- payee

    /** A fresh money key for a lease, kept in the keystore. The same label gives the same key. */
    PublicKey payeeKey(String label);

    /**
     * Accepts a channel that a payer funded: checks the funding transaction against the claims, stores it and submits
     * it too.
     *
     * @throws Rejected when the funding doesn't pay the key of the label, is too small, or expires too soon
     */
    void accept(Funding funding, String label, Amount leastCapacity, int leastBlocks) throws Rejected;

    /** Completes when the funding is so many blocks deep; fails with {@link Rejected} when it was double-spent. */
    CompletableFuture<Integer> confirmed(OutPoint channel, int depth);

    /**
     * Takes a payment message: verifies it, stores it and tells what was paid in all.
     *
     * @throws Rejected when it does not verify or goes backwards
     */
    Amount receive(Payment payment) throws Rejected;

    /** The newest payment that was taken, whole, so that the payer can be shown what it promised; empty before the first. */
    Optional<Payment> newest(OutPoint channel);

    /**
     * Settles with the newest voucher and tick: builds, stores and submits the transaction. Settling again returns
     * the same transaction.
     *
     * @return the transaction's id; empty when nothing was ever paid, so that there is nothing to settle
     */
    Optional<Hash> settle(OutPoint channel) throws Rejected;

    // ---- both

    /** One channel. */
    Optional<ChannelInfo> channel(OutPoint channel);

    /** All channels, newest first. */
    List<ChannelInfo> channels();

    /** Is told of every change; on a worker thread. */
    Registration watch(java.util.function.Consumer<ChannelInfo> changed);

    /** Which end this process is. */
    enum Role { PAYER, PAYEE }

    /** Where a channel stands. The order is part of the stored encoding. */
    enum State { FUNDING, OPEN, SETTLING, SETTLED, REFUNDED, FAILED }

    /**
     * What the payer tells the payee.
     *
     * @param transaction the funding transaction, canonical bytes
     */
    @Message(Tag.FUNDED)
    record Funding(Hash txid, int index, PublicKey payer, PublicKey payee, Amount capacity, int expiry, Amount quantum,
            @Limit(100_000) byte[] transaction) {
        /** The channel's outpoint. */
        public OutPoint outPoint() {
            return new OutPoint(txid, index);
        }
    }

    /**
     * A payment: a voucher, a tick of the newest voucher's chain, or both.
     *
     * @param voucher encoded voucher with signature, or empty
     * @param step    k of the tick, 0 when there is none
     * @param preimage w_k of the tick; 32 bytes, or empty when there is none
     */
    @Message(Tag.PAYMENT)
    record Payment(Hash txid, int index, @Limit(300) byte[] voucher, int step, @Limit(32) byte[] preimage) {
        /** The channel's outpoint. */
        public OutPoint outPoint() {
            return new OutPoint(txid, index);
        }
    }

    /**
     * One channel as it stands.
     *
     * @param paid    cumulative: what the payee can settle for
     * @param settled txid of the settlement or refund, and the height of its block (0 while it waits)
     */
    record ChannelInfo(OutPoint id, Role role, State state, String label, PublicKey payer, PublicKey payee,
            Amount capacity, Amount paid, int expiry, int depth, long payments, Optional<Hash> settled,
            int settledHeight, Optional<String> problem) { }
}
