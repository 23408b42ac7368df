package org.zennet.services.publisher;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Egress;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;

/** Machines rented to log in to. Thread-safe; immutable snapshots. */
public interface RentService {
    /**
     * Checks a request and begins to hire.
     *
     * @return the rent's id
     * @throws Rejected when it can't be, or funds are missing
     */
    String open(Request request) throws Rejected;

    /** One rent. */
    Optional<RentInfo> rent(String id);

    /** The rents of this process, newest first. */
    List<RentInfo> rents();

    /** Ends a rent: logins end, leases are closed and paid for what was used. */
    void close(String id) throws Rejected;

    /** Is told of every change; on a worker thread, at most ten times a second. */
    Registration watch(Runnable changed);

    /** Where a rent stands. */
    enum RentState { ANNOUNCING, OPEN, CLOSING, DONE, FAILED }

    /** What is done with what the publisher's witness in each machine says. It changes no bill. */
    enum WitnessPolicy {
        /** None runs. */
        OFF,
        /** It is shown. */
        SHOW,
        /** It is shown, and a machine whose bill is too far above it too often is given back and replaced. */
        END
    }

    /**
     * What is wanted.
     *
     * @param machines  how many, 1 to 1000
     * @param resources of each
     * @param backend   the container backend's id
     * @param image     an image archive; without it and the next a plain shell over what the provider's machine lends, where the
     *                  backend can
     * @param reference an image of a registry, instead of an archive
     * @param budget    what may be paid in all
     * @param time      after which it closes by itself
     * @param idle      after which a login that moves nothing is ended; empty for never
     * @param directory for the files that OpenSSH reads; made if it isn't there
     * @param egress    what programs on the machines may reach
     * @param witness   whether the publisher's witness runs in each machine, and what follows
     */
    record Request(int machines, Resources resources, String backend, Optional<Path> image, Optional<ImageReference> reference, Amount budget,
            Duration time, Optional<Duration> idle, Path directory, Egress egress, WitnessPolicy witness) {
        /** Without a witness. */
        public Request(int machines, Resources resources, String backend, Optional<Path> image, Optional<ImageReference> reference, Amount budget,
                Duration time, Optional<Duration> idle, Path directory, Egress egress) {
            this(machines, resources, backend, image, reference, budget, time, idle, directory, egress, WitnessPolicy.OFF);
        }
    }

    /**
     * One rent.
     *
     * @param phase     one line for people
     * @param until     when it closes by itself
     * @param ready     how many machines can be logged in to
     * @param directory where {@code ssh_config}, {@code known_hosts}, {@code hosts} and the keys lie
     * @param resources of each machine
     * @param backend   what isolates them
     */
    record RentInfo(String id, RentState state, String phase, Instant opened, Instant until, Optional<Instant> ended, int wanted, int ready,
            Amount budget, Amount paid, Path directory, List<MachineInfo> machines, Optional<String> announcement, Resources resources,
            String backend) { }

    /**
     * One machine.
     *
     * @param name        by which ssh knows it
     * @param lease       the lease's id
     * @param provider    its identity, hex
     * @param state       {@code starting}, {@code ready}, {@code absent}, {@code ending}, {@code ended}, {@code lost}
     * @param port        of 127.0.0.1, 0 while there is none
     * @param fingerprint of the host key, as OpenSSH prints it
     * @param due         by the bill
     * @param logins      open now
     * @param idleSince   since when none of the logins moved anything; empty without logins
     * @param channel     the funding outpoint; may be empty
     * @param settlement  txid; height of its block, 0 while it waits
     * @param start       how long its start took, once it is up
     * @param witness     what the witness in it saw, where one shall run
     */
    record MachineInfo(String name, String lease, String provider, String state, int port, String fingerprint, RateVector rates,
            UsageVector usage, Amount due, Amount paid, int logins, Optional<Instant> idleSince, String channel,
            Optional<String> settlement, int settlementHeight, String note, Optional<JobService.StartTimes> start, Optional<Witness> witness) {
        /** Without a witness. */
        public MachineInfo(String name, String lease, String provider, String state, int port, String fingerprint, RateVector rates, UsageVector usage,
                Amount due, Amount paid, int logins, Optional<Instant> idleSince, String channel, Optional<String> settlement, int settlementHeight,
                String note, Optional<JobService.StartTimes> start) {
            this(name, lease, provider, state, port, fingerprint, rates, usage, due, paid, logins, idleSince, channel, settlement, settlementHeight, note,
                    start, Optional.empty());
        }
    }

    /**
     * What the publisher's own witness in a machine saw, beside what was billed. A diagnostic, since the host could forge it: it changes no bill.
     *
     * @param readings of the witness so far
     * @param judged   usage statements that were compared with what it saw
     * @param silent   statements without readings around them: nothing is said against these
     * @param far      statements after which more was billed than the contract tolerates
     * @param compared the counters that it sees, seen and billed over the same time; those that are not named can't be seen from inside
     * @param problem  why there is no word of it now; may be empty
     */
    record Witness(int readings, int judged, int silent, int far, List<Compared> compared, String problem) { }

    /**
     * One counter.
     *
     * @param counter {@code cpu} in microseconds, {@code memory} in byte-seconds, {@code disk-read} and {@code disk-written} in bytes
     */
    record Compared(String counter, long seen, long billed) { }
}
