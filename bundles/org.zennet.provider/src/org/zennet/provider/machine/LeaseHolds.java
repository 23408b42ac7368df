package org.zennet.provider.machine;

import java.util.Optional;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Resume;
import org.zennet.services.provider.ProviderService.LeaseState;

/** What holds a lease up in one turn of it: its publisher is away, or its owner wants the machine. Used once, by one thread. */
class LeaseHolds extends LeaseTally {
    LeaseHolds(LeaseMachine m, long now) {
        super(m, now);
    }

    /** The owner comes first: the container is frozen before anything is read or told. */
    void yielding(LeaseEvent.Yield e) {
        if (e.paused() && pause.isEmpty()) {
            pause = Optional.of(LeasePause.begin(now));
            work = work.hold(absence.isPresent());
            note("frozen for the owner: " + e.reason());
            effects.add(new LeaseEffect.Freeze(true));
            account = account.reading(true);
            effects.add(new LeaseEffect.ReadUsage());
            if (absence.isEmpty()) {
                effects.add(new LeaseEffect.SendPause(true, e.reason()));
            }
        } else if (pause.isPresent() && pause.get().leaving() == e.paused()) {
            pause = pause.map(p -> p.leaving(!e.paused()));
            leave();
        }
    }

    /** Reads the meter a last time before the container goes on; while the publisher is away it stays frozen. */
    void leave() {
        boolean ready = pause.map(p -> p.leaving() && p.meter().isPresent()).orElse(false);
        if (ready && absence.isEmpty() && !account.reading()) {
            account = account.reading(true);
            effects.add(new LeaseEffect.ReadUsage());
        }
    }

    void thaw() {
        pause = Optional.empty();
        noteFreeze();
        effects.add(new LeaseEffect.SendPause(false, ""));
        if (state == LeaseState.RUNNING) {
            effects.add(new LeaseEffect.Freeze(false));
            dispatch();
        }
    }

    void paused(LeasePause p) {
        if (now - p.since() >= terms.freezeMillis()) {
            end("the owner keeps the machine: frozen for " + (now - p.since()) / 1000 + " s, the contract says at most "
                    + terms.freezeMillis() / 1000 + " s");
        } else if (account.reading()) {
            return;
        } else if (p.meter().isEmpty()) {
            account = account.reading(true);
            effects.add(new LeaseEffect.ReadUsage());
        } else {
            leave();
            effects.add(new LeaseEffect.KeepAlive());
        }
    }

    void away(String reason) {
        note(reason + "; it waits for the publisher, at most " + terms.patienceMillis() / 1000 + " s");
    }

    void abandoned(String reason) {
        note(reason);
        stop();
        settle();
    }

    Resume resume() {
        return new Resume(before.contract().hash(), account.sequence(), account.bill().usage(), account.paid(),
                state == LeaseState.FROZEN, work.progress(), new byte[0]);
    }

    /** The container goes on from what it has used in the meantime. */
    void adopted(UsageVector meter) {
        if (absence.orElseThrow().adopted()) {
            return;
        }
        pause = pause.map(p -> p.meter().isPresent() ? p : p.at(whenItBegan(p, meter)));
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
        account = account.noted(now);
        absence = absence.map(a -> a.dialing(now));
        effects.add(new LeaseEffect.Freeze(state == LeaseState.FROZEN || pause.isPresent()));
        freezeOrThaw();
        effects.add(new LeaseEffect.Redial(resume()));
    }

    /** What the meter said when the owner came, where nobody read it: of what it says now only the time is known to have passed since. */
    private UsageVector whenItBegan(LeasePause p, UsageVector meter) {
        long wall = meter.get(Counter.WALL);
        long least = Math.min(wall, account.baseline().map(b -> b.get(Counter.WALL)).orElse(0L));
        return meter.with(Counter.WALL, Math.clamp(wall - Math.max(0, now - p.since()), least, wall));
    }

    void resumed(LeaseEvent.Resumed e) {
        if (!absence.orElseThrow().adopted()) {
            return;
        }
        absence = Optional.empty();
        connected = true;
        told = false;
        noteFreeze();
        account = account.resumed(e.sequence(), now);
        effects.add(new LeaseEffect.OpenPayments());
        Optional<String> unwanted = work.unwanted(e.wanted());
        if (unwanted.isPresent()) {
            end("the publisher does not know task " + unwanted.get() + " any more");
            return;
        }
        work.unjudged().stream().filter(r -> e.wanted().contains(r.taskId()))
                .forEach(r -> effects.add(new LeaseEffect.SendResult(r.statement(), r.taskId())));
        account = account.reading(true);
        effects.add(new LeaseEffect.ReadUsage());
        pause.ifPresent(p -> effects.add(new LeaseEffect.SendPause(true, "")));
        freezeOrThaw();
        dispatch();
    }

    void absent(LeaseAbsence a) {
        if (now - a.since() >= terms.patienceMillis()) {
            abandoned("the publisher did not come back within " + terms.patienceMillis() / 1000 + " s");
        } else if (!a.adopted()) {
            if (a.due(now)) {
                absence = Optional.of(a.idle(now));
                effects.add(new LeaseEffect.Adopt());
            }
        } else {
            freezeOrThaw();
            if (pause.isPresent()) {
                paused(pause.get());
            } else {
                meter();
            }
            if (before.state() == state && a.due(now)) {
                absence = Optional.of(a.dialing(now));
                effects.add(new LeaseEffect.Redial(resume()));
            }
        }
    }

    void meter() {
        if (!account.reading() && now - account.statedAt() >= terms.intervalMillis()) {
            account = account.reading(true);
            effects.add(new LeaseEffect.ReadUsage());
        }
    }
}
