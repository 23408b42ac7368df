package org.zennet.services.publisher;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;

/**
 * Says what a job would cost before it is run: by its file alone, or by a small paid run of its first tasks. Thread-safe.
 */
public interface ForecastService {
    /** The most providers of a probe. */
    int MOST_PROBED = 8;
    /** How many tasks each of them runs: the first is dearer, because its container is cold. */
    int TASKS_EACH = 2;

    /**
     * What the file says. Nothing is announced and nothing paid.
     *
     * @throws Rejected with all that is wrong with the file
     */
    Outline outline(Path file) throws Rejected;

    /**
     * Submits a probe: the first tasks of a job, each once, and its reduce step. It is a job like any other ({@link JobService#job}
     * shows it, its providers are paid) with a budget that fits it.
     *
     * @param providers how many to hire, 1 to {@value #MOST_PROBED}
     * @param results   the directory for its results
     * @return its id as a job
     */
    String probe(Path file, int providers, Path results) throws Rejected;

    /**
     * What the job of a file would cost, by a probe of this process that is over.
     *
     * @throws Rejected when there is no such probe, it goes on, or it delivered nothing
     */
    Forecast forecast(Path file, String probe) throws Rejected;

    /**
     * A job as its file describes it.
     *
     * @param runs     how often a task is run in all, each replica counted, the reduce step too
     * @param machines how many providers are hired at most
     * @param perRun   the most that one run may cost
     * @param readers  one line on who can read the program and its data
     */
    record Outline(String name, String backend, int tasks, int replicas, boolean reduce, int runs, int machines, Amount budget,
            Amount perRun, long deadlineMillis, String readers) { }

    /**
     * What a job would cost.
     *
     * @param low        the least of what the offers would come to
     * @param expected   the mean over the offers, of whom all are hired while machines are wanted
     * @param high       the most
     * @param wallMillis how long it would take from its submission, with as many machines as there were offers
     * @param run        what one run of a task used, on the mean of those in warm containers
     * @param samples    how many runs that rests on
     * @param probeCost  what the probe cost
     * @param offers     the cheapest first
     * @param notes      what to keep in mind, one line each
     */
    record Forecast(Outline outline, Amount low, Amount expected, Amount high, long wallMillis, UsageVector run, int samples,
            Amount probeCost, List<OfferCost> offers, List<String> notes) {
        /** Copies the lists. */
        public Forecast {
            offers = List.copyOf(offers);
            notes = List.copyOf(notes);
        }
    }

    /**
     * What the whole job would cost at one provider's rates.
     *
     * @param provider its identity, hex
     * @param strategy that made the price
     * @param rates    of its contract where it has one, else of its newest offer
     * @param agreed   whether they were agreed: what was only asked may still be bargained down
     * @param probed   whether it ran tasks of the probe, so that its own machine was measured
     * @param note     how its usage was estimated, one line; may be empty
     */
    record OfferCost(String provider, String strategy, RateVector rates, boolean agreed, boolean probed, Amount low, Amount cost,
            Amount high, Optional<String> note) { }
}
