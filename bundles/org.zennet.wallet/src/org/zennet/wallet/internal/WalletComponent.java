package org.zennet.wallet.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.Address;
import org.zennet.blockchain.Predicate;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.node.NodeContext;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.WalletService;
import org.zennet.store.DurableStore;
import org.zennet.wallet.internal.channels.Channels;
import org.zennet.wallet.internal.coins.Follower;
import org.zennet.wallet.internal.coins.Wallet;
import org.zennet.wallet.internal.keystore.Keystore;
import org.zennet.wallet.internal.keystore.WalletKeys;

/**
 * The wallet of this process: unlocks the keystore (and makes one where there is none), opens the books, follows the chain.
 * Configured by pid {@value #PID}.
 */
@Component(name = WalletComponent.PID, configurationPid = WalletComponent.PID, configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true, service = {WalletService.class, ChannelService.class})
@Designate(ocd = WalletComponent.Config.class)
public final class WalletComponent implements WalletService, ChannelService {
    /** Its configuration. */
    public static final String PID = "org.zennet.wallet";
    private static final Logger LOG = LoggerFactory.getLogger(WalletComponent.class);
    private static final int SCHEMA = 1;
    /** A look at the chain even when nothing was heard, so that what failed is tried again. */
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(15);
    /** Transactions that come together are looked at together. */
    private static final Duration GATHER = Duration.ofMillis(100);

    private final ExecutorWorker worker = new ExecutorWorker("zennet-wallet");
    private final ExecutorWorker committer = new ExecutorWorker("zennet-wallet-commit");
    private final ChainService chain;
    private final WalletKeys keys;
    private final DurableStore store;
    private final Wallet wallet;
    private final Channels channels;
    private final Follower follower;
    private final Registration watching;
    private final AtomicBoolean planned = new AtomicBoolean();

    /** What people can set. */
    @ObjectClassDefinition(name = "Wallet", description = "The coins and payment channels of this process")
    public @interface Config {
        /** Where settlements of channels pay. */
        @AttributeDefinition(name = "Payout address", required = false,
                description = "An address whose key is elsewhere: settlements pay there. Empty: to this wallet")
        String payout() default "";
    }

    /** Starts it. */
    @Activate
    public WalletComponent(@Reference NodeContext context, @Reference ChainService chain, @Reference SignatureScheme scheme,
            @Reference Keystore keystore, Config config) throws Rejected {
        this(context.directory("wallet"), chain, scheme, keystore, config.payout(), InstantSource.system());
    }

    WalletComponent(Path directory, ChainService chain, SignatureScheme scheme, Keystore keystore, String payout,
            InstantSource clock) throws Rejected {
        this.chain = chain;
        Optional<Predicate.Key> to = payout(chain, payout);
        keystore.ensure();
        if (!chain.parameters().kind().equals("dev")) {
            throw new Rejected("this version has keys for a dev network only, this is '" + chain.parameters().kind() + "'");
        }
        keys = keystore.unlock(scheme, WalletKeys.TEST_COIN);
        store = DurableStore.open(directory.resolve("wallet.mv"), SCHEMA);
        try {
            wallet = new Wallet(chain, scheme, keys, store, clock, new SecureRandom(), worker);
            channels = new Channels(chain, scheme, keys, wallet, store, worker, committer, to);
            follower = wallet.follower();
            watching = chain.watch(new ChainService.ChainWatcher() {
                @Override
                public void connected(BlockInfo block) {
                    look(Duration.ZERO);
                }

                @Override
                public void disconnected(BlockInfo block) {
                    look(Duration.ZERO);
                }

                @Override
                public void pending(TransactionInfo transaction) {
                    look(GATHER);
                }
            });
            look(Duration.ZERO);
            lookAnyway();
        } catch (RuntimeException e) {
            worker.close();
            store.close();
            keys.close();
            throw e;
        }
    }

    /** Settlements that are built from now on pay where the settings say. An address that is none changes nothing. */
    @Modified
    public void modified(Config config) {
        try {
            payTo(config.payout());
        } catch (Rejected e) {
            LOG.error("settlements go on to pay where they did: {}", e.getMessage());
        }
    }

    /** Settlements that are built from now on pay there; empty: to this wallet. */
    void payTo(String address) throws Rejected {
        channels.payTo(payout(chain, address));
    }

    /** Stops it: what was taken is on disk, secrets are wiped. */
    @Deactivate
    public void stop() {
        watching.close();
        worker.close();
        committer.close();
        store.close();
        keys.close();
    }

    private void look(Duration delay) {
        if (planned.compareAndSet(false, true)) {
            worker.later(delay, () -> {
                planned.set(false);
                follower.follow();
                channels.sightAll();
                wallet.chainChanged();
            });
        }
    }

    private void lookAnyway() {
        worker.later(LOOK_ANYWAY, () -> {
            look(Duration.ZERO);
            lookAnyway();
        });
    }

    static Optional<Predicate.Key> payout(ChainService chain, String address) throws Rejected {
        try {
            return address == null || address.isBlank() ? Optional.empty()
                    : Optional.of(Address.decode(chain.parameters().addressPrefix(), address));
        } catch (IllegalArgumentException e) {
            throw new Rejected("the payout address is wrong: " + e.getMessage(), e);
        }
    }

    // ---- coins

    @Override
    public Balance balance() {
        return wallet.balance();
    }

    @Override
    public String newAddress() {
        return wallet.newAddress();
    }

    @Override
    public List<Entry> history(int limit) {
        return wallet.history(limit);
    }

    @Override
    public Hash send(String address, Amount amount) throws Rejected {
        return wallet.send(address, amount);
    }

    @Override
    public Preview preview(String address, Amount amount) throws Rejected {
        return wallet.preview(address, amount);
    }

    @Override
    public OutPoint announce(Announcement announcement) throws Rejected {
        return wallet.announce(announcement);
    }

    @Override
    public Hash revoke(OutPoint announcement) throws Rejected {
        return wallet.revoke(announcement);
    }

    @Override
    public Hash takeTestCoins() throws Rejected {
        return wallet.takeTestCoins();
    }

    @Override
    public Registration watch(Runnable changed) {
        return wallet.watch(changed);
    }

    // ---- channels

    @Override
    public Funding open(PublicKey payee, Amount capacity, Amount quantum, int blocks, String label) throws Rejected {
        return channels.open(payee, capacity, quantum, blocks, label);
    }

    @Override
    public Optional<Payment> pay(OutPoint channel, Amount owed) throws Rejected {
        return channels.pay(channel, owed);
    }

    @Override
    public Optional<Payment> payExactly(OutPoint channel, Amount owed) throws Rejected {
        return channels.payExactly(channel, owed);
    }

    @Override
    public Amount sync(OutPoint channel, Payment newest) throws Rejected {
        return channels.sync(channel, newest);
    }

    @Override
    public Optional<Payment> newest(OutPoint channel) {
        return channels.newest(channel);
    }

    @Override
    public Optional<Hash> refund(OutPoint channel) throws Rejected {
        return channels.refund(channel);
    }

    @Override
    public PublicKey payeeKey(String label) {
        return channels.payeeKey(label);
    }

    @Override
    public void accept(Funding funding, String label, Amount leastCapacity, int leastBlocks) throws Rejected {
        channels.accept(funding, label, leastCapacity, leastBlocks);
    }

    @Override
    public CompletableFuture<Integer> confirmed(OutPoint channel, int depth) {
        return channels.confirmed(channel, depth);
    }

    @Override
    public Amount receive(Payment payment) throws Rejected {
        return channels.receive(payment);
    }

    @Override
    public Optional<Hash> settle(OutPoint channel) throws Rejected {
        return channels.settle(channel);
    }

    @Override
    public Optional<ChannelInfo> channel(OutPoint channel) {
        return channels.channel(channel);
    }

    @Override
    public List<ChannelInfo> channels() {
        return channels.channels();
    }

    @Override
    public Registration watch(Consumer<ChannelInfo> changed) {
        return channels.watch(changed);
    }
}
