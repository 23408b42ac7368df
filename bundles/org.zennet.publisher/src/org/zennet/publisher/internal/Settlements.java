package org.zennet.publisher.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Hash;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.job.JobBook;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.ChannelService.ChannelInfo;

/**
 * Jobs that are over, and the channels of theirs that nobody has settled yet: with each block it looks whether somebody
 * did, and takes a channel back after its expiry. Thread-safe.
 */
final class Settlements implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);
    private static final Pattern OUTPOINT = Pattern.compile("tx:([0-9a-f]{64}):([0-9]{1,5})");
    private final Ports ports;
    private final Runnable changed;
    private final JobBook book;
    private final Map<String, JobInfo> jobs = new ConcurrentHashMap<>();
    private final Registration watch;

    Settlements(Ports ports, Runnable changed, JobBook book) {
        this.ports = ports;
        this.changed = changed;
        this.book = book;
        this.watch = ports.chain().watch(new ChainService.ChainWatcher() {
            @Override
            public void connected(ChainService.BlockInfo block) {
                check();
            }

            @Override
            public void disconnected(ChainService.BlockInfo block) {
                // the next block tells where things stand
            }
        });
    }

    /** Takes over jobs; those of an earlier life that had not ended have failed. */
    void takeUp(List<JobInfo> more) {
        for (JobInfo j : more) {
            if (j.ended().isPresent()) {
                jobs.putIfAbsent(j.id(), j);
                continue;
            }
            String why = "interrupted: this process ended while the job was " + j.state().name().toLowerCase(java.util.Locale.ROOT)
                    + "; submit it again. What was promised to providers is theirs, the rest of their channels comes back";
            JobInfo failed = new JobInfo(j.id(), j.name(), JobState.FAILED, why, j.submitted(), Optional.of(ports.clock().instant()),
                    j.tasksTotal(), j.tasksDone(), j.budget(), j.spent(), org.zennet.api.value.Amount.ZERO, j.tasks(),
                    j.providers().stream().map(Settlements::interrupted).toList(), j.result(), j.announcement(), j.recomputed(),
                    Optional.of(why));
            jobs.put(j.id(), failed);
            book.save(failed, true);
            j.announcement().flatMap(Settlements::outPoint).ifPresent(a -> ports.workers().execute(() -> revoke(j.id(), a)));
        }
    }

    private void revoke(String job, OutPoint announcement) {
        try {
            ports.wallet().revoke(announcement);
        } catch (Rejected e) {
            LOG.info("job {}: its announcement stays until it expires: {}", job, e.getMessage());
        }
    }

    Optional<JobInfo> job(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    List<JobInfo> jobs() {
        return List.copyOf(jobs.values());
    }

    /** A job as it is known here, when it is over; else as it was given. */
    JobInfo newest(JobInfo info) {
        return jobs.getOrDefault(info.id(), info);
    }

    private void check() {
        for (JobInfo job : jobs.values()) {
            List<HiredInfo> now = new ArrayList<>();
            boolean news = false;
            for (HiredInfo h : job.providers()) {
                HiredInfo seen = look(h);
                news |= !seen.equals(h);
                now.add(seen);
            }
            if (news) {
                JobInfo next = new JobInfo(job.id(), job.name(), job.state(), job.phase(), job.submitted(), job.ended(),
                        job.tasksTotal(), job.tasksDone(), job.budget(), job.spent(), job.exposure(), job.tasks(), List.copyOf(now),
                        job.result(), job.announcement(), job.recomputed(), job.problem());
                jobs.put(job.id(), next);
                book.save(next, true);
                changed.run();
            }
        }
    }

    private HiredInfo look(HiredInfo h) {
        if (h.settlementHeight() > 0 || h.state().equals("refunded")) {
            return h;
        }
        Optional<ChannelInfo> channel = outPoint(h.channel()).flatMap(ports.channels()::channel)
                .or(() -> ports.channels().channels().stream().filter(c -> c.label().equals(h.lease())
                        && c.role() == ChannelService.Role.PAYER).findFirst());
        if (channel.isEmpty()) {
            return h;
        }
        ChannelInfo c = channel.get();
        if (c.state() == ChannelService.State.REFUNDED) {
            return with(h, "refunded", c.id(), Optional.empty(), 0);
        }
        Optional<ChainService.TransactionInfo> spender = ports.chain().spender(c.id());
        if (spender.isPresent()) {
            int height = spender.get().depth() > 0 ? spender.get().height() : 0;
            boolean own = c.paid().isZero();
            return own ? h : with(h, height > 0 ? "settled" : h.state(), c.id(), Optional.of(spender.get().txid()), height);
        }
        if (c.state() == ChannelService.State.OPEN && ports.chain().tip().height() >= c.expiry()) {
            ports.workers().execute(() -> refund(h.lease(), c.id()));
        }
        return h;
    }

    private void refund(String lease, OutPoint channel) {
        try {
            ports.channels().refund(channel).ifPresent(tx -> LOG.info("lease {}: the channel comes back by tx:{}", lease, tx));
        } catch (Rejected e) {
            LOG.info("lease {}: the channel can't be taken back now: {}", lease, e.getMessage());
        }
    }

    private static HiredInfo interrupted(HiredInfo h) {
        boolean working = h.state().equals("running") || h.state().equals("starting") || h.state().equals("pulling") || h.state().equals("away") || h.state().equals("frozen");
        return working ? new HiredInfo(h.id(), h.lease(), "lost", h.rounds(), h.strategy(), h.tasks(), h.usage(), h.rates(), h.promised(),
                h.paid(), h.released(), h.withheld(), h.honest(), h.caught(), h.channel(), h.settlement(), h.settlementHeight(), h.drift(), h.witness(), h.start()) : h;
    }

    private static HiredInfo with(HiredInfo h, String state, OutPoint channel, Optional<Hash> settlement, int height) {
        return new HiredInfo(h.id(), h.lease(), state, h.rounds(), h.strategy(), h.tasks(), h.usage(), h.rates(), h.promised(),
                h.paid(), h.released(), h.withheld(), h.honest(), h.caught(), channel.toString(), settlement.map(Hash::toHex), height, h.drift(), h.witness(), h.start());
    }

    private static Optional<OutPoint> outPoint(String text) {
        Matcher m = OUTPOINT.matcher(text);
        return m.matches() ? Optional.of(new OutPoint(Hash.ofHex(m.group(1)), Integer.parseInt(m.group(2)))) : Optional.empty();
    }

    @Override
    public void close() {
        watch.close();
    }
}
