package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Counter;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.wallet.WalletService.Balance;
import org.zennet.services.wallet.WalletService.Entry;

/** Charts from the snapshots of services. */
public final class Charts {
    private static final double ZEN = 1e8;
    private static final double MICROS = 1e6;
    private static final double MILLIS = 1e3;
    private static final double MIB = 1 << 20;
    private static final double GIB = 1 << 30;

    private Charts() { }

    /** What each provider of a job used of one counter, in units for people. */
    public static ChartData usage(Optional<JobInfo> job, Counter counter) {
        List<HiredInfo> providers = job.map(JobInfo::providers).orElse(List.of());
        double scale = switch (counter) {
            case CPU -> MICROS;
            case WALL -> MILLIS;
            case MEMORY -> GIB;
            default -> MIB;
        };
        String unit = switch (counter) {
            case CPU, WALL -> "s";
            case MEMORY -> "GiB·s";
            default -> "MiB";
        };
        return new ChartData(job.map(j -> NLS.bind(Messages.usageOf, j.name(), Figures.word(counter.id()))).orElse(NLS.bind(Messages.usageTitle, Figures.word(counter.id()))), unit, List.of(),
                providers.stream().map(p -> Figures.brief(p.id())).toList(),
                List.of(new ChartData.Series(Figures.word(counter.id()), providers.stream().map(p -> p.usage().get(counter) / scale).toList())));
    }

    /** The wallet's coins over time, from its history back from what there is now; and what channels brought in, added up. */
    public static ChartData balance(Balance now, List<Entry> newestFirst) {
        List<Entry> entries = newestFirst.reversed();
        long all = entries.stream().mapToLong(Entry::deltaZen).sum();
        long sum = now.available().zen() + now.pending().zen() - all;
        long earned = 0;
        List<Double> balance = new ArrayList<>();
        List<Double> earnings = new ArrayList<>();
        for (Entry e : entries) {
            sum += e.deltaZen();
            if (e.deltaZen() > 0 && (e.kind().equals("channel settled") || e.kind().equals("mined"))) { //$NON-NLS
                earned += e.deltaZen();
            }
            balance.add(sum / ZEN);
            earnings.add(earned / ZEN);
        }
        return new ChartData(Messages.wallet, "XEN", entries.stream().map(Entry::at).toList(), List.of(),
                List.of(new ChartData.Series(Messages.seriesBalance, balance), new ChartData.Series(Messages.seriesEarned, earnings)));
    }
}
