package org.zennet.provider.machine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Receipt;
import org.zennet.market.message.Terms;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.provider.ProviderService.LeaseState;

/** The next state of a lease while it is being made. Used once, by one thread. */
class LeaseDraft {
    static final Hash NO_HASH = Hash.of(new byte[Hash.LENGTH]);

    static final String NOT_YET = "; not settled yet: ";

    final LeaseMachine before;
    final Terms terms;
    final long now;
    final List<LeaseEffect> effects = new ArrayList<>();
    LeaseState state;
    long since;
    long startedAt;
    Optional<OutPoint> channel;
    boolean deep;
    LeaseTimes times;
    boolean connected;
    boolean told;
    Optional<LeaseAbsence> absence;
    Optional<LeasePause> pause;
    LeaseAccount account;
    LeaseWork work;
    Optional<Hash> settlement;
    int settlementHeight;
    String note;

    LeaseDraft(LeaseMachine m, long now) {
        this.before = m;
        this.terms = m.contract().terms();
        this.now = now;
        this.state = m.state();
        this.since = m.since();
        this.startedAt = m.startedAt();
        this.channel = m.channel();
        this.deep = m.deep();
        this.times = m.times();
        this.connected = m.connected();
        this.told = m.told();
        this.absence = m.absence();
        this.pause = m.pause();
        this.account = m.account();
        this.work = m.work();
        this.settlement = m.settlement();
        this.settlementHeight = m.settlementHeight();
        this.note = m.note();
    }

    LeaseMachine.Step step() {
        return new LeaseMachine.Step(new LeaseMachine(LeaseMachine.VERSION, before.contract(), before.publisherSignature(),
                before.providerSignature(), before.label(), before.endpoint(), state, since, before.agreedAt(), startedAt, channel, deep, times,
                connected, told, absence, pause, account, work, settlement, settlementHeight, note), effects);
    }

    void to(LeaseState next) {
        if (next != LeaseState.RUNNING && next != LeaseState.FROZEN) {
            absence = Optional.empty();
            pause = next == LeaseState.ENDING ? pause : Optional.empty();
        }
        state = next;
        since = now;
    }

    /** Takes in a reading of the meter: what passed since the one before it while the owner had the machine is nobody's. */
    void count(UsageVector meter) {
        Optional<UsageVector> at = pause.flatMap(LeasePause::meter);
        if (at.isPresent()) {
            account = account.without(at.get(), meter);
            work = work.passed(meter.since(at.get()));
        }
        account = account.read(meter);
    }

    void note(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        while (line.getBytes(StandardCharsets.UTF_8).length > LeaseMachine.MAX_NOTE / 2) {
            line = line.substring(0, line.length() - 1);
        }
        note = line;
    }

    Receipt receipt(Hash settled) {
        return new Receipt(before.contract().hash(), account.bill().usage(), account.paid(), work.done(), settled);
    }

    /** Why it ended, without what stood in the way of its settlement. */
    String ending() {
        int cut = note.indexOf(NOT_YET);
        return cut < 0 ? note : note.substring(0, cut);
    }
}
