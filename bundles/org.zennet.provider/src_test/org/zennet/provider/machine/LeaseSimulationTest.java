package org.zennet.provider.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Amount;
import org.zennet.market.message.Verdict;
import org.zennet.services.provider.ProviderService.LeaseState;

/** Seeded leases with slow, stingy, silent and vanishing publishers: what is worked and unpaid stays bounded. */
class LeaseSimulationTest {
    private static final int SEEDS = 400;

    private record Timed(long at, int order, LeaseEvent event) implements Comparable<Timed> {
        @Override
        public int compareTo(Timed o) {
            return at != o.at ? Long.compare(at, o.at) : Integer.compare(order, o.order);
        }
    }

    /** One lease, its container and a publisher of some character. */
    private static final class Simulation {
        final Random random;
        final long exposure;
        final PriorityQueue<Timed> queue = new PriorityQueue<>();
        final int delay;
        final int loss;
        final int stingy;
        final boolean bursts;
        LeaseMachine m;
        long now = LeaseMachineTest.T0.toEpochMilli();
        int order;
        long worked;
        boolean works;
        boolean frozen;
        long paid;
        int settles;
        int task;
        long worst;
        long die;
        int resumed;

        Simulation(long seed) {
            random = new Random(seed);
            exposure = 200 + random.nextInt(6000);
            delay = 1 + random.nextInt(1500);
            loss = random.nextInt(60);
            stingy = random.nextInt(4) == 0 ? random.nextInt(100) : 100;
            bursts = random.nextBoolean();
            LeaseMachine.Step s = LeaseMachine.start(LeaseMachineTest.patient(exposure), LeaseMachineTest.SIGNATURE, LeaseMachineTest.SIGNATURE,
                    "label", LeaseMachineTest.ENDPOINT, Instant.ofEpochMilli(now));
            m = s.state();
            later(10, new LeaseEvent.FundingArrived(LeaseMachineTest.funding()));
        }

        void later(long millis, LeaseEvent e) {
            queue.add(new Timed(now + millis, order++, e));
        }

        void run() {
            long end = now + 120_000 + random.nextInt(60_000);
            long cuts = random.nextBoolean() ? now + 2_000 + random.nextInt(60_000) : Long.MAX_VALUE;
            die = random.nextInt(3) == 0 ? now + random.nextInt(60_000) : Long.MAX_VALUE;
            while (!m.over() && now < end + 60_000) {
                long tick = now + m.wait(Instant.ofEpochMilli(now)).orElse(1000);
                LeaseEvent e = new LeaseEvent.Tick();
                long at = tick;
                if (!queue.isEmpty() && queue.peek().at() <= tick) {
                    Timed t = queue.poll();
                    at = Math.max(now, t.at());
                    e = t.event();
                }
                if (works && !frozen) {
                    worked += at - now;
                }
                boolean over = now < die && at >= die;
                boolean cut = now < cuts && at >= cuts;
                now = at;
                step(e);
                if (cut) {
                    step(new LeaseEvent.Lost("cut"));
                    cuts = now + 5_000 + random.nextInt(60_000);
                }
                if (over) {
                    step(new LeaseEvent.Lost("vanished"));
                }
                if (now > end && m.live()) {
                    step(new LeaseEvent.Closed("the end"));
                }
            }
        }

        void step(LeaseEvent e) {
            LeaseMachine.Step s = m.on(e, Instant.ofEpochMilli(now));
            m = s.state();
            s.effects().forEach(this::perform);
            if (m.live() && m.startedAt() > 0) {
                long due = Math.max(0, worked * 800 / 1000 - m.account().paid().zen());
                if (worked * 800 / 1000 > 1000) {
                    worst = Math.max(worst, due);
                }
            }
        }

        void perform(LeaseEffect effect) {
            switch (effect) {
                case LeaseEffect.Accept _ -> later(1, new LeaseEvent.Accepted(LeaseMachineTest.CHANNEL));
                case LeaseEffect.AwaitDepth _ -> later(1000, new LeaseEvent.Deep(900));
                case LeaseEffect.Prepare _ -> later(300, new LeaseEvent.Up(0, 300));
                case LeaseEffect.SendStarted _ -> {
                    pay(1000);
                    later(random.nextInt(500), new LeaseEvent.TaskArrived(LeaseMachineTest.task("t"), LeaseMachineTest.hash("t")));
                }
                case LeaseEffect.ReadUsage _ -> step(new LeaseEvent.UsageRead(LeaseMachineTest.cpu(worked)));
                case LeaseEffect.SendStatement x -> {
                    long due = Math.max(1000, LeaseMachineTest.contract(exposure).rates().cost(x.statement().usage()).zen() * 8 / 10);
                    pay(due * stingy / 100);
                }
                case LeaseEffect.Freeze x -> frozen = x.frozen();
                case LeaseEffect.RunTask x -> {
                    works = true;
                    later(500 + random.nextInt(20_000), new LeaseEvent.TaskDone(x.task().taskId(), Outcome.Reason.EXITED, 0,
                            LeaseMachineTest.hash("o" + task++), 1, LeaseMachineTest.cpu(100), java.util.Optional.empty()));
                }
                case LeaseEffect.SendResult x -> {
                    works = false;
                    later(delay, new LeaseEvent.Judged(new Verdict(m.contract().hash(), x.taskId(), true, Amount.ZERO, java.util.List.of()), true));
                    later(delay, new LeaseEvent.TaskArrived(LeaseMachineTest.task("t" + task), LeaseMachineTest.hash("t" + task)));
                }
                case LeaseEffect.EndContainer _ -> {
                    works = false;
                    later(20, new LeaseEvent.LastUsage(LeaseMachineTest.cpu(worked)));
                }
                case LeaseEffect.Settle _ -> {
                    settles++;
                    later(5, new LeaseEvent.Settling(LeaseMachineTest.hash("tx")));
                    later(1500, new LeaseEvent.ChannelSeen(org.zennet.services.wallet.ChannelService.State.SETTLED, 7));
                }
                case LeaseEffect.Redial _ -> {
                    boolean back = now < die && random.nextInt(4) > 0;
                    later(random.nextInt(6_000), back ? new LeaseEvent.Resumed(0, m.work().queue().stream().map(q -> q.task().taskId()).toList())
                            : new LeaseEvent.NotReached("refused"));
                    resumed += back ? 1 : 0;
                }
                case LeaseEffect.SendPause _, LeaseEffect.KeepAlive _, LeaseEffect.Adopt _, LeaseEffect.OpenPayments _, LeaseEffect.SendReady _, LeaseEffect.SendClose _, LeaseEffect.SendReceipt _ -> { }
            }
        }

        void pay(long total) {
            if (random.nextInt(100) < loss || m.absence().isPresent()) {
                return;
            }
            paid = Math.max(paid, total / 10 * 10);
            later(bursts && random.nextInt(5) == 0 ? 4L * delay : delay, new LeaseEvent.Paid(new Amount(paid)));
        }
    }

    @Test
    void whatIsWorkedAndUnpaidIsBoundedWhateverThePublisherDoes() {
        int settled = 0;
        int ended = 0;
        int resumed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation s = new Simulation(seed);
            s.run();
            String who = "seed " + seed + ": " + s.m.state() + " " + s.m.note() + ", exposure " + s.exposure + ", worst " + s.worst;
            assertTrue(s.m.over(), who);
            long interval = 1000 + 200;
            assertTrue(s.worst <= s.exposure + interval + 10, who);
            assertTrue(s.settles <= 1, who);
            assertTrue(s.m.state() == LeaseState.SETTLED ? s.m.account().paid().zen() > 0 : s.m.account().paid().isZero(), who);
            resumed += s.resumed;
            settled += s.m.state() == LeaseState.SETTLED ? 1 : 0;
            ended += s.m.note().contains("unpaid") ? 1 : 0;
        }
        assertTrue(settled > SEEDS / 3, "settled: " + settled);
        assertTrue(resumed > SEEDS / 4, "resumed: " + resumed);
        assertTrue(ended > 10, "ended for want of payment: " + ended);
    }
}
