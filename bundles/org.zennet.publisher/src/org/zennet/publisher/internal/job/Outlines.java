package org.zennet.publisher.internal.job;

import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.services.publisher.ForecastService.Outline;

/** What a job's file says, for people who have not paid yet. Pure. */
public final class Outlines {
    private Outlines() { }

    /** Of a file that was read. */
    public static Outline of(JobFile file, Settings settings) {
        boolean reduce = file.reduce().isPresent();
        int runs = Math.multiplyExact(file.count() + (reduce ? 1 : 0), file.replicas());
        return new Outline(file.name(), file.backend().id(), file.count(), file.replicas(), reduce, runs, Proposal.machines(file, settings), file.budget().total(),
                file.budget().perTask(), file.deadline(), "every provider that is hired can read the program, its inputs and what it computes: no host here proves "
                + "what it runs; others see only that a job of this size was announced");
    }
}
