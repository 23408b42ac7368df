package org.zennet.provider.machine;

import java.util.Optional;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Amount;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.ResultStatement;
import org.zennet.market.message.UsageStatement;
import org.zennet.market.message.Verdict;
import org.zennet.services.provider.ProviderService.LeaseState;

/** What is worked and paid in one turn of a lease: its tasks, its statements, and how it stops. Used once, by one thread. */
class LeaseTally extends LeaseDraft {
    LeaseTally(LeaseMachine m, long now) {
        super(m, now);
    }

    /** Sends a statement over the bill as it stands. */
    void state() {
        account = account.stated(now);
        effects.add(new LeaseEffect.SendStatement(new UsageStatement(before.contract().hash(), account.sequence(),
                account.bill().usage(), account.paid())));
    }

    void paid(Amount total) {
        account = account.paid(total);
        if (before.live()) {
            freezeOrThaw();
            dispatch();
        }
    }

    void freezeOrThaw() {
        boolean stop = account.exposed() || account.overdue(now) > terms.graceMillis();
        if (stop && state == LeaseState.RUNNING) {
            to(LeaseState.FROZEN);
            noteFreeze();
            effects.add(new LeaseEffect.Freeze(true));
        } else if (!stop && state == LeaseState.FROZEN) {
            to(LeaseState.RUNNING);
            noteFreeze();
            if (pause.isEmpty()) {
                effects.add(new LeaseEffect.Freeze(false));
            }
            dispatch();
        }
    }

    void noteFreeze() {
        if (absence.isEmpty() && pause.isEmpty()) {
            note(state == LeaseState.FROZEN ? "frozen: " + account.exposure() + " is worked and not paid" : "");
        }
    }

    void task(LeaseEvent.TaskArrived e) {
        if (startedAt == 0) {
            end("a task before the start");
        } else if (work.has(e.digest())) {
            return;
        } else if (work.queue().size() >= LeaseWork.MAX_QUEUE) {
            end("more than " + LeaseWork.MAX_QUEUE + " tasks at once");
        } else if (work.queue().stream().anyMatch(q -> q.task().taskId().equals(e.task().taskId()))) {
            end("two tasks of one id");
        } else {
            work = work.queued(e.task(), e.digest());
            dispatch();
        }
    }

    void dispatch() {
        if (state == LeaseState.RUNNING && account.prepaid() && connected && pause.isEmpty()) {
            work.next().ifPresent(q -> {
                work = work.busy(true);
                effects.add(new LeaseEffect.RunTask(q.task(), q.digest()));
            });
        }
    }

    void done(LeaseEvent.TaskDone e) {
        Optional<LeaseWork.Queued> running = work.running(e.taskId());
        if (running.isEmpty()) {
            return;
        }
        if (e.reason() == Outcome.Reason.TIMEOUT && work.held().isPresent()) {
            end("the time of task " + e.taskId() + " ran out because the owner held it frozen");
            return;
        }
        UsageVector used = work.own(e.usage());
        try {
            account = account.with(account.bill().delivered(used));
        } catch (ArithmeticException x) {
            end("a task's meter reads beyond all bounds: " + e.usage());
            return;
        }
        int exit = e.reason() == Outcome.Reason.EXITED ? e.exitCode() & Integer.MAX_VALUE : 0;
        ResultStatement s = new ResultStatement(before.contract().hash(), running.get().digest(), e.reason(), exit, e.output(),
                e.outputBytes(), used, e.fuel());
        work = work.delivered(new LeaseWork.Result(e.taskId(), s));
        effects.add(new LeaseEffect.SendResult(s, e.taskId()));
        dispatch();
    }

    void judged(LeaseEvent.Judged e) {
        Verdict v = e.verdict();
        Optional<LeaseWork.Result> own = work.unjudged(v.taskId());
        if (own.isEmpty()) {
            return;
        }
        UsageVector used = own.get().statement().usage();
        if (v.passed()) {
            account = account.with(account.bill().passed(used));
            work = work.judged(own.get(), Optional.empty());
            if (before.live()) {
                dispatch();
            }
            return;
        }
        Optional<String> objection = e.signaturesValid()
                ? LeaseWork.objection(own.get(), v, before.contract()) : Optional.of("its evidence is forged");
        if (objection.isPresent()) {
            if (before.live()) {
                end("a false accusation about task " + v.taskId() + ": " + objection.get());
            }
            return;
        }
        account = account.with(account.bill().refused(used));
        work = work.judged(own.get(), Optional.of(v));
        note("task " + v.taskId() + ": signed " + own.get().statement().output().toShortHex() + ", others agree on "
                + v.evidence().getFirst().statement().output().toShortHex());
    }

    /** The provider ends it. */
    void end(String reason) {
        note(reason);
        stop();
        to(LeaseState.ENDING);
    }

    void stop() {
        work = work.dropped();
        effects.add(new LeaseEffect.EndContainer());
    }

    void tell() {
        if (!told && connected) {
            told = true;
            effects.add(new LeaseEffect.SendClose(note));
        }
    }

    void settle() {
        if (channel.isPresent() && !account.paid().isZero()) {
            to(LeaseState.SETTLING);
            effects.add(new LeaseEffect.Settle(channel.get()));
        } else {
            to(startedAt > 0 ? LeaseState.UNPAID : LeaseState.FAILED);
            effects.add(new LeaseEffect.SendReceipt(receipt(NO_HASH)));
        }
    }
}
