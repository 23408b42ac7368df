package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Protocols;
import org.zennet.publisher.internal.buyer.Buyer;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.buyer.Watchers;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.publisher.RentService;
import org.zennet.services.wallet.ChannelService;

/** The rents of this process. Thread-safe. */
public final class Rents implements RentService, AutoCloseable {
    /** Begins the label of every channel of a rent. */
    static final String LABEL = "rent-";
    private static final Logger LOG = LoggerFactory.getLogger(Rents.class);
    /** Fees and the announcement's bond and rent. */
    private static final Amount EXTRAS = new Amount(2_000_000);
    /** What runs when no image is given: the shell of the provider's machine, over what it lends of its programs. */
    private static final String PLAIN = "#!/bin/sh\nexec \"${@:-/bin/sh}\"\n";
    private final Ports ports;
    private volatile Settings settings;
    private final Path directory;
    private final ContentStore store;
    private final Registration watch;
    private final Map<String, RentRunner> runners = new ConcurrentHashMap<>();
    private final Watchers watchers;
    private final TreeSet<Integer> taken = new TreeSet<>();

    /**
     * Takes back what channels of earlier lives hold, once they expired.
     *
     * @param directory where rents that name no other have their files; it may not be there yet
     */
    public Rents(Ports ports, Settings settings, ContentStore store, Path directory) {
        this.ports = ports;
        this.watchers = new Watchers(ports.timer());
        this.settings = settings;
        this.store = store;
        this.directory = directory;
        store.clear();
        this.watch = ports.chain().watch(new ChainService.ChainWatcher() {
            @Override
            public void connected(ChainService.BlockInfo block) {
                refunds(block.height());
            }

            @Override
            public void disconnected(ChainService.BlockInfo block) {
                // the next block tells where things stand
            }
        });
    }

    /** What is rented from now on follows these; what is rented keeps its own. */
    public void change(Settings to) {
        settings = to;
    }

    private void refunds(int height) {
        ports.channels().channels().stream().filter(c -> c.role() == ChannelService.Role.PAYER && c.state() == ChannelService.State.OPEN
                && c.label().startsWith(LABEL) && height >= c.expiry()).forEach(c -> ports.workers().execute(() -> {
                    try {
                        ports.channels().refund(c.id()).ifPresent(tx -> LOG.info("{}: the channel comes back by tx:{}", c.label(), tx));
                    } catch (Rejected e) {
                        LOG.info("{}: the channel can't be taken back now: {}", c.label(), e.getMessage());
                    }
                }));
    }

    @Override
    public String open(Request asked) throws Rejected {
        RentProposal.check(asked, ports.chain().parameters());
        byte[] nonce = new byte[Hash.LENGTH];
        ports.random().nextBytes(nonce);
        Hash hash = Tag.JOB.hash(new Encoder().fixed(ports.identity().identity()).fixed(Hash.of(nonce)).toBytes());
        String id = hash.toHex().substring(0, 20);
        Request request = asked.directory().toString().isEmpty() ? new Request(asked.machines(), asked.resources(), asked.backend(), asked.image(),
                asked.reference(), asked.budget(), asked.time(), asked.idle(), directory.resolve(id), asked.egress(), asked.witness()) : asked;
        Amount available = ports.wallet().balance().available();
        Amount needed = request.budget().plus(EXTRAS).plus(runners.values().stream().map(RentRunner::unbound).reduce(Amount.ZERO, Amount::plus));
        if (needed.isMoreThan(available)) {
            throw new Rejected("not enough coins: " + needed + " are needed (the budget of " + request.budget() + ", fees and what runs already), "
                    + available + " are available, " + needed.minus(available) + " are missing");
        }
        Path d = request.directory().toAbsolutePath().normalize();
        if (runners.values().stream().anyMatch(r -> r.info().ended().isEmpty() && r.info().directory().equals(d))) {
            throw new Rejected("another rent writes to " + d + ": choose another directory");
        }
        try {
            Hash image = image(request);
            RentRunner r = new RentRunner(ports, settings, hash, request, store, image, SshFiles.in(d), new Numbers(), witness(request), watchers::changed);
            runners.put(id, r);
            r.start();
            LOG.info("rent {}: {} machines of {} on {} for at most {}", id, request.machines(), request.resources(), request.backend(),
                    request.budget());
            return id;
        } catch (IOException e) {
            throw new Rejected("the image can't be copied: " + e.getMessage(), e);
        }
    }

    private static Optional<byte[]> witness(Request r) throws Rejected {
        try {
            return r.witness() == WitnessPolicy.OFF ? Optional.empty() : Optional.of(org.zennet.publisher.internal.file.Witness.of(RentProposal.architecture()).program());
        } catch (IOException e) {
            throw new Rejected(e.getMessage() + ": rent without one", e);
        }
    }

    private Hash image(Request r) throws IOException, Rejected {
        if (r.reference().isPresent()) {
            return r.reference().get().digest();
        }
        if (r.image().isEmpty()) {
            return store.put(PLAIN.getBytes(StandardCharsets.UTF_8));
        }
        Path file = r.image().get();
        if (!Files.isRegularFile(file)) {
            throw new Rejected("there is no image archive " + file);
        }
        if (Files.size(file) > Protocols.MAX_CONTENT) {
            throw new Rejected("the image archive has " + (Files.size(file) >> 20) + " MiB, more than " + (Protocols.MAX_CONTENT >> 20) + " MiB");
        }
        return store.copy(file);
    }

    /** {@code zennet-1}, {@code zennet-2}, ... */
    private final class Numbers implements RentRunner.Names {
        private static final String PREFIX = "zennet-";

        @Override
        public String take() {
            synchronized (taken) {
                int n = 1;
                while (!taken.add(n)) {
                    n++;
                }
                return PREFIX + n;
            }
        }

        @Override
        public void free(String name) {
            synchronized (taken) {
                taken.remove(Integer.valueOf(name.substring(PREFIX.length())));
            }
        }
    }

    /** Those at work, newest first: what providers' streams are led to. */
    public List<? extends Buyer> running() {
        return runners.values().stream().filter(r -> r.info().ended().isEmpty()).sorted(Comparator.comparing((RentRunner r) -> r.info().opened())
                .reversed().thenComparing(RentRunner::id)).toList();
    }

    @Override
    public Optional<RentInfo> rent(String id) {
        return Optional.ofNullable(runners.get(id)).map(RentRunner::info);
    }

    @Override
    public List<RentInfo> rents() {
        List<RentInfo> all = new ArrayList<>(runners.values().stream().map(RentRunner::info).toList());
        all.sort(Comparator.comparing(RentInfo::opened).reversed().thenComparing(RentInfo::id));
        return List.copyOf(all);
    }

    @Override
    public void close(String id) throws Rejected {
        RentRunner r = runners.get(id);
        if (r == null) {
            throw new Rejected("there is no rent " + id);
        }
        if (r.info().ended().isEmpty()) {
            r.close("closed by its owner");
        }
    }

    @Override
    public Registration watch(Runnable changed) {
        return watchers.add(changed);
    }

    /** Hears of nothing more; leases end with their connections. */
    @Override
    public void close() {
        watchers.close();
        watch.close();
    }
}
