package org.zennet.provider.machine;

import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.UsageVector;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.wallet.ChannelService;

/** What one event does to a lease. Used once, by one thread. */
final class LeaseTurn extends LeaseHolds {
    LeaseTurn(LeaseMachine m, long now) {
        super(m, now);
    }

    LeaseMachine.Step on(LeaseEvent event) {
        boolean live = before.live();
        switch (event) {
            case LeaseEvent.FundingArrived e when state == LeaseState.AGREED -> {
                to(LeaseState.FUNDING);
                effects.add(new LeaseEffect.Accept(e.funding()));
            }
            case LeaseEvent.FundingArrived _ when live -> end("a funding out of turn");
            case LeaseEvent.Accepted e when state == LeaseState.FUNDING && channel.isEmpty() -> {
                channel = Optional.of(e.channel());
                effects.add(new LeaseEffect.AwaitDepth(e.channel(), terms.fundingDepth()));
                effects.add(new LeaseEffect.Prepare());
            }
            case LeaseEvent.NotFunded e when live -> end("the funding fails: " + e.reason());
            case LeaseEvent.Deep e when live && !deep -> {
                deep = true;
                times = times.deep(e.millis());
                begin();
            }
            case LeaseEvent.Up e when live && !times.up() -> {
                times = times.up(e.imageMillis(), e.startMillis());
                begin();
            }
            case LeaseEvent.Broken e when live -> end(e.reason());
            case LeaseEvent.UsageRead e when live && account.reading() -> read(e.usage());
            case LeaseEvent.Paid e -> paid(e.total());
            case LeaseEvent.TaskArrived e when live -> task(e);
            case LeaseEvent.TaskDone e when live -> done(e);
            case LeaseEvent.Judged e when startedAt > 0 -> judged(e);
            case LeaseEvent.Closed e -> closed(e.reason());
            case LeaseEvent.Lost e -> lost(e.reason());
            case LeaseEvent.Violated e when live -> end("the publisher broke the protocol: " + e.reason());
            case LeaseEvent.Stopped e when live -> end(e.reason());
            case LeaseEvent.LastUsage e -> lastUsage(e.usage());
            case LeaseEvent.Settling e when state == LeaseState.SETTLING && settlement.isEmpty() -> {
                settlement = Optional.of(e.settlement());
                note(ending());
                effects.add(new LeaseEffect.SendReceipt(receipt(e.settlement())));
            }
            case LeaseEvent.NotSettled e when state == LeaseState.SETTLING -> notSettled(e);
            case LeaseEvent.ChannelSeen e -> channelSeen(e);
            case LeaseEvent.Restarted e when !before.over() -> restarted(e.paid());
            case LeaseEvent.TaskWaits e when live && work.running(e.taskId()).isPresent() -> work = work.busy(false);
            case LeaseEvent.Adopted e when absence.isPresent() -> adopted(e.meter());
            case LeaseEvent.NotAdopted _ when absence.isPresent() -> absence = absence.map(a -> a.idle(now));
            case LeaseEvent.NotReached _ when absence.isPresent() -> absence = absence.map(a -> a.idle(now));
            case LeaseEvent.Resumed e when absence.isPresent() -> resumed(e);
            case LeaseEvent.NotResumed e when absence.isPresent() -> abandoned("the publisher does not take it up again: " + e.reason());
            case LeaseEvent.Yield e when before.pausable() -> yielding(e);
            case LeaseEvent.Tick _ -> tick();
            default -> { }
        }
        return step();
    }

    // ---- start

    private void begin() {
        if (state == LeaseState.FUNDING && deep) {
            to(LeaseState.STARTING);
        }
        if (state == LeaseState.STARTING && times.up()) {
            account = account.reading(true);
            effects.add(new LeaseEffect.ReadUsage());
        }
    }

    private void read(UsageVector meter) {
        if (state == LeaseState.STARTING) {
            account = account.started(meter, now);
            startedAt = now;
            to(LeaseState.RUNNING);
            effects.add(new LeaseEffect.SendStarted(times));
            state();
        } else if (startedAt > 0) {
            boolean over = pause.map(p -> p.leaving() && p.meter().isPresent()).orElse(false);
            try {
                count(meter);
            } catch (ArithmeticException e) {
                end("the meter reads beyond all bounds: " + meter);
                return;
            }
            if (account.bill().exhausted()) {
                end("its channel of " + terms.capacity() + " is used up");
                return;
            }
            pause = pause.map(p -> p.at(meter));
            if (absence.isPresent()) {
                account = account.noted(now);
            } else {
                state();
            }
            if (over) {
                thaw();
            }
            freezeOrThaw();
        }
    }

    // ---- end

    /** The meter was read a last time and the container is being removed: the last claim, and the notice. */
    private void lastUsage(UsageVector meter) {
        boolean claims = startedAt > 0 && !account.bill().closed() && !before.over() && settlement.isEmpty();
        if (claims) {
            try {
                count(meter);
            } catch (ArithmeticException e) {
                account = account.reading(false);
            }
        }
        if (state == LeaseState.ENDING) {
            if (claims) {
                state();
            }
            tell();
            if (startedAt == 0) {
                settle();
            }
        }
    }

    private void closed(String reason) {
        told = true;
        connected |= absence.isPresent();
        if (before.live()) {
            note(note.isEmpty() ? reason : note + "; " + reason);
            account = account.with(account.bill().close());
            stop();
            to(LeaseState.ENDING);
        } else if (state == LeaseState.ENDING) {
            settle();
        }
    }

    private void lost(String reason) {
        if (absence.isPresent()) {
            return;
        }
        connected = false;
        if (before.resumable()) {
            absence = Optional.of(LeaseAbsence.lost(now));
            away("the publisher is gone: " + reason);
            effects.add(new LeaseEffect.Redial(resume()));
        } else if (before.live()) {
            abandoned("the publisher is gone: " + reason);
        } else if (state == LeaseState.ENDING) {
            settle();
        }
    }

    private void notSettled(LeaseEvent.NotSettled e) {
        note(ending() + NOT_YET + e.reason());
        if (!e.again()) {
            to(LeaseState.UNPAID);
        }
    }

    private void channelSeen(LeaseEvent.ChannelSeen e) {
        boolean gone = e.state() == ChannelService.State.REFUNDED || e.state() == ChannelService.State.FAILED;
        if (before.live()) {
            if (gone || e.state() == ChannelService.State.SETTLED || e.state() == ChannelService.State.SETTLING) {
                end(gone ? "the channel is lost" : "the channel's time is over");
            }
        } else if (state == LeaseState.SETTLING || state == LeaseState.SETTLED) {
            if (gone) {
                note("the channel was taken back before the settlement");
                to(LeaseState.UNPAID);
            } else if (e.settledHeight() > 0 && settlement.isPresent()) {
                settlementHeight = e.settledHeight();
                if (state == LeaseState.SETTLING) {
                    to(LeaseState.SETTLED);
                }
            } else if (state == LeaseState.SETTLED) {
                settlementHeight = 0;
                to(LeaseState.SETTLING);
            }
        }
    }

    private void restarted(Amount total) {
        connected = false;
        told = true;
        account = account.paid(total).reading(false);
        if (before.resumable()) {
            told = false;
            work = work.busy(false);
            absence = Optional.of(LeaseAbsence.restarted(now));
            away("this provider was restarted");
            effects.add(new LeaseEffect.Adopt());
            return;
        }
        boolean fresh = state != LeaseState.SETTLING;
        work = work.dropped();
        if (fresh) {
            note("this provider was restarted" + (total.isZero() ? "" : "; settled from its own disk"));
        }
        if (settlement.isEmpty()) {
            settle();
        } else {
            effects.add(new LeaseEffect.Settle(channel.orElseThrow()));
        }
    }

    // ---- time

    private void tick() {
        switch (state) {
            case AGREED -> expire(since, LeaseMachine.FUNDING_MILLIS, "it was not funded");
            case FUNDING, STARTING -> expire(before.agreedAt(), LeaseMachine.START_MILLIS, "it did not start");
            case RUNNING, FROZEN -> running();
            case ENDING -> {
                if (now - since >= (account.bill().closed() ? LeaseMachine.CLOSED_MILLIS : LeaseMachine.ENDING_MILLIS)) {
                    tell();
                    settle();
                }
            }
            case SETTLING -> {
                if (settlement.isEmpty() && now - since >= LeaseMachine.SETTLE_MILLIS) {
                    to(LeaseState.SETTLING);
                    effects.add(new LeaseEffect.Settle(channel.orElseThrow()));
                }
            }
            case SETTLED, UNPAID, FAILED -> { }
        }
    }

    private void expire(long from, long millis, String reason) {
        if (now - from >= millis) {
            end(reason + " within " + millis / 1000 + " s");
        }
    }

    private void running() {
        if (now - startedAt >= terms.maxWallMillis()) {
            end("its longest time is over");
        } else if (absence.isPresent()) {
            absent(absence.get());
        } else if (account.overdue(now) > 2L * terms.graceMillis()) {
            end(account.exposure() + " stayed unpaid for " + account.overdue(now) + " ms");
        } else if (!account.prepaid() && now - startedAt > terms.graceMillis()) {
            end("the first payment did not come within " + terms.graceMillis() + " ms");
        } else {
            freezeOrThaw();
            if (pause.isPresent()) {
                paused(pause.get());
            } else {
                meter();
            }
        }
    }

}
