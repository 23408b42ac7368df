package org.zennet.market.internal.journal;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.zennet.services.Registration;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.node.NodeContext;
import org.zennet.store.DurableStore;

/** The journal of a node, in its directory {@code market}. */
@Component(service = MarketJournal.class, name = "org.zennet.market.journal", configurationPid = JournalComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class JournalComponent implements MarketJournal {
    /** The configuration's pid. */
    public static final String PID = "org.zennet.market";
    private static final int SCHEMA = 1;
    private static final long PAUSE_MILLIS = 250;

    private final Journal journal;
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService workers;

    /** From configuration; it has no settings. */
    @Activate
    public JournalComponent(@Reference NodeContext node) {
        this.workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("journal-", 0).factory());
        this.timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("journal-timer").factory());
        this.journal = new Journal(DurableStore.open(node.directory("market").resolve("journal.db"), SCHEMA), this::later, workers);
    }

    private void later(Runnable task) {
        try {
            timer.schedule(task, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the component is going: closing writes what is left
        }
    }

    /** Writes what is left and closes. */
    @Deactivate
    public void deactivate() {
        timer.shutdownNow();
        journal.close();
        workers.shutdown();
    }

    @Override
    public void record(String negotiation, Line line) {
        journal.record(negotiation, line);
    }

    @Override
    public List<Negotiation> newest(int limit) {
        return journal.newest(limit);
    }

    @Override
    public Registration watch(Runnable changed) {
        return journal.watch(changed);
    }
}
