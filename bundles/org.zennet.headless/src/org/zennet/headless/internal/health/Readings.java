package org.zennet.headless.internal.health;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.MinerService;
import org.zennet.services.network.NetworkService;
import org.zennet.services.node.NodeContext;
import org.zennet.services.provider.ProviderService;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.publisher.JobService;
import org.zennet.services.wallet.WalletService;

/** Reads services for {@link Health} and {@link OpenMetrics}. Thread-safe; a service that is not there is left out. */
public final class Readings {
    private static final double ZEN = 1e8;
    private static final double MICROS = 1e6;

    /** Looks up services. */
    public interface Services {
        /** The service of a type that is there now. */
        <S> Optional<S> find(Class<S> type);
    }

    private final Services services;
    private final InstantSource clock;

    /** Over services, with the clock that ages are told by. */
    public Readings(Services services, InstantSource clock) {
        this.services = services;
        this.clock = clock;
    }

    /** Whether this process does its work. */
    public Health health() {
        Optional<ChainService> chain = services.find(ChainService.class);
        Optional<NodeContext> node = services.find(NodeContext.class);
        return Health.of(new Health.Reading(chain.isPresent(), chain.map(Readings::synced).orElse(false), chain.map(this::tipAge).orElse(0L),
                chain.map(c -> c.parameters().spacingSeconds()).orElse(0), services.find(NetworkService.class).map(n -> n.connections().size()).orElse(0),
                node.map(NodeContext::isSeed).orElse(false), node.map(Readings::freeDisk).orElse(Long.MAX_VALUE),
                services.find(ProviderService.class).flatMap(p -> p.status().problem()).orElse(""),
                services.find(MinerService.class).flatMap(m -> m.status().problem()).orElse("")));
    }

    private static boolean synced(ChainService chain) {
        return chain.synced().isDone() && !chain.synced().isCompletedExceptionally();
    }

    private long tipAge(ChainService chain) {
        return Math.max(0, clock.instant().getEpochSecond() - chain.tip().time());
    }

    private static long freeDisk(NodeContext node) {
        try {
            return Files.getFileStore(node.directory()).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Everything that is counted, as OpenMetrics. */
    public String metrics() {
        OpenMetrics m = new OpenMetrics();
        services.find(NodeContext.class).ifPresent(n -> {
            m.info("zennet_process", "Which process this is", Map.of("role", n.role()));
            m.gauge("zennet_disk_free_bytes", "Free where the data lies", "bytes", freeDisk(n));
        });
        m.gauge("zennet_healthy", "1 when every health check passes", "", health().healthy() ? 1 : 0);
        var memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        m.gauge("zennet_heap_used_bytes", "Used of the Java heap", "bytes", memory.getUsed());
        m.counter("zennet_uptime_seconds", "Since the start of the process", "seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1e3);
        services.find(NetworkService.class).ifPresent(n -> m.gauge("zennet_peers", "Open connections", "", n.connections().size()));
        services.find(ChainService.class).ifPresent(c -> {
            m.gauge("zennet_chain_height", "Height of the newest block", "", c.tip().height());
            m.gauge("zennet_chain_tip_age_seconds", "Age of the newest block", "seconds", tipAge(c));
            m.gauge("zennet_chain_synced", "1 when level with its peers", "", synced(c) ? 1 : 0);
            m.gauge("zennet_mempool_transactions", "Transactions that wait for a block", "", c.mempool().size());
            m.gauge("zennet_announcements", "Announcements that live", "", c.announcements().size());
        });
        services.find(WalletService.class).map(WalletService::balance).ifPresent(b -> {
            m.gauge("zennet_wallet_xen", "Coins of the wallet", "xen", Map.of("state", "available"), b.available().zen() / ZEN);
            m.gauge("zennet_wallet_xen", "Coins of the wallet", "xen", Map.of("state", "pending"), b.pending().zen() / ZEN);
            m.gauge("zennet_wallet_xen", "Coins of the wallet", "xen", Map.of("state", "in_channels"), b.inChannels().zen() / ZEN);
        });
        services.find(MinerService.class).map(MinerService::status).ifPresent(s -> {
            m.counter("zennet_miner_blocks", "Own blocks on the best chain", "", s.blocks());
            m.counter("zennet_miner_fees_xen", "Fees that they paid", "xen", s.fees().zen() / ZEN);
        });
        services.find(ProviderService.class).ifPresent(p -> provider(m, p));
        services.find(JobService.class).ifPresent(j -> {
            m.gauge("zennet_jobs_running", "Jobs that run", "", j.jobs().stream().filter(x -> x.ended().isEmpty()).count());
            m.gauge("zennet_jobs_exposure_xen", "Paid and not yet verified", "xen", j.jobs().stream().mapToDouble(x -> x.exposure().zen() / ZEN).sum());
        });
        return m.text();
    }

    private static void provider(OpenMetrics m, ProviderService p) {
        ProviderService.Status s = p.status();
        m.gauge("zennet_provider_accepting", "1 when new work is taken", "", s.accepting() ? 1 : 0);
        m.gauge("zennet_provider_leases", "Leases that run", "", s.leases());
        m.counter("zennet_provider_tasks", "Tasks done", "", s.tasks());
        m.counter("zennet_provider_earned_xen", "Settled or payable by vouchers", "xen", s.earned().zen() / ZEN);
        m.gauge("zennet_provider_cores", "What is offered in all", "", Map.of("state", "offered"), s.machine().cores() / 1e3);
        m.gauge("zennet_provider_cores", "What is offered in all", "", Map.of("state", "sold"), s.sold().map(Resources::cores).orElse(0) / 1e3);
        double exposure = 0;
        double cpu = 0;
        for (LeaseInfo l : p.leases()) {
            exposure += l.exposure().zen() / ZEN;
            cpu += l.usage().get(Counter.CPU) / MICROS;
        }
        m.gauge("zennet_provider_exposure_xen", "Worked and not paid now", "xen", exposure);
        m.gauge("zennet_provider_leases_cpu_seconds", "Processor time of all leases that are kept", "seconds", cpu);
    }
}
