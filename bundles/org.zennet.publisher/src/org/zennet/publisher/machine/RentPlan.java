package org.zennet.publisher.machine;

import java.time.Instant;
import org.zennet.api.value.Amount;
import org.zennet.services.publisher.RentService.WitnessPolicy;

/**
 * What a rent asks of its machine.
 *
 * @param machines how many are wanted
 * @param budget   what may be promised in all
 * @param capacity of one lease's channel
 * @param until    when it closes by itself
 * @param waits    how long others may take
 * @param witness  what is done with what the witness in each machine says
 */
public record RentPlan(int machines, Amount budget, Amount capacity, Instant until, JobPlan.Waits waits, WitnessPolicy witness) {
    /** Refuses what no rent can have. */
    public RentPlan {
        if (machines < 1 || capacity.times(machines).isMoreThan(budget)) {
            throw new IllegalArgumentException("no such rent: " + machines + " machines of " + capacity + " for " + budget);
        }
    }

    /** Of machines without a witness. */
    public RentPlan(int machines, Amount budget, Amount capacity, Instant until, JobPlan.Waits waits) {
        this(machines, budget, capacity, until, waits, WitnessPolicy.OFF);
    }
}
