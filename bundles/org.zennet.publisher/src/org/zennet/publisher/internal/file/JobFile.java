package org.zennet.publisher.internal.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;

/**
 * A job file that was read and found in order. docs/jobs.md has the keys.
 *
 * @param count    of the array
 * @param first    index of the array
 * @param deadline in milliseconds from the submission
 * @param replicas on how many providers each task runs
 * @param tieBreak on how many at most
 * @param machines how many providers at most, where the file says so
 */
public record JobFile(String name, Path module, String backend, int count, long first, Program task,
        Optional<Path> stdin, Optional<Reduce> reduce, Resources resources, Budget budget, long deadline, int replicas,
        int tieBreak, OptionalInt machines, Wishes wishes, Buying buying) {
    /** What {@code ${index}} stands for in arguments. */
    public static final String INDEX = "${index}";

    /** A call of the program: arguments, wall-clock limit and the processor time that it is expected to take, in milliseconds. */
    public record Program(List<String> args, long timeout, long expected) {
        /** The arguments of one index of the array. */
        public List<String> args(long index) {
            return args.stream().map(a -> a.replace(INDEX, Long.toString(index))).toList();
        }
    }

    /** The reduce step; whether its output is an archive to be unpacked. */
    public record Reduce(Program program, boolean tar) { }

    /**
     * The first tasks of this job alone, each run once, with the reduce step where it has one.
     *
     * @param tasks    how many at most
     * @param machines how many providers
     * @param most     its deadline at most, in milliseconds
     */
    public JobFile prefix(int tasks, int machines, long most) {
        int some = Math.min(tasks, count);
        long runs = some + (reduce.isPresent() ? 1 : 0);
        Amount total = Amount.min(budget.total(), new Amount(Math.multiplyExact(budget.perTask().zen(), runs * machines)));
        return new JobFile(name, module, backend, some, first, task, stdin, reduce, resources, new Budget(total, budget.perTask()),
                Math.min(deadline, most), 1, 1, OptionalInt.of(machines), wishes, buying);
    }

    /** What may be spent in all, and for one run of one task. */
    public record Budget(Amount total, Amount perTask) { }

    /** Terms that the file names, times in milliseconds; the others follow from budget and configuration. */
    public record Wishes(int interval, int grace, int patience, int freeze, int holdBack, int fundingDepth, Optional<Amount> prepaid,
            Optional<Amount> quantum) { }

    /** Who decides on offers. */
    public record Buying(Optional<String> strategy, Map<String, String> settings) { }
}
