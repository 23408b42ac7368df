package org.zennet.publisher.internal.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Egress;
import org.zennet.api.container.ImageReference;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;
import org.zennet.market.message.Terms;

/**
 * A job file that was read and found in order. docs/jobs.md has the keys.
 *
 * @param image    the module or image archive; empty for an image of a registry
 * @param reference the image of a registry; empty for a file
 * @param backend  what runs it, and on which processor
 * @param count    of the array
 * @param first    index of the array
 * @param deadline in milliseconds from the submission
 * @param replicas on how many providers each task runs
 * @param tieBreak on how many at most
 * @param machines how many providers at most, where the file says so
 * @param egress   what its programs may reach
 * @param witness  whether a witness runs beside each program
 */
public record JobFile(String name, Optional<Path> image, Optional<ImageReference> reference, Backend backend, int count, long first, Program task,
        Optional<Path> stdin, Optional<Reduce> reduce, Resources resources, Budget budget, long deadline, int replicas,
        int tieBreak, OptionalInt machines, Wishes wishes, Buying buying, Comparing comparing, Egress egress, boolean witness) {
    /** What {@code ${index}} stands for in arguments. */
    public static final String INDEX = "${index}";

    /**
     * What runs a job.
     *
     * @param id           of the backend
     * @param isolation    that it gives at least
     * @param architecture that the code is for: {@code wasm32}, {@code x86_64}, {@code aarch64}
     */
    public record Backend(String id, Isolation isolation, String architecture) {
        /** Whether it runs ordinary programs of images. */
        public boolean programs() {
            return isolation.compareTo(Isolation.SANDBOX) >= 0;
        }
    }

    /** What of the host goes into the working directory of a task: a file or directory beside the job file, and its name there. */
    public record Input(String path, String name) {
        /** For one index of the array. */
        public Input at(long index) {
            return new Input(insert(path, index), insert(name, index));
        }
    }

    /**
     * A call of the program. The texts of an array's task may hold {@link #INDEX}.
     *
     * @param command     instead of the image's entry point; empty for the image's own
     * @param timeout     the wall-clock limit, in milliseconds
     * @param expected    the processor time that it is expected to take, in milliseconds
     * @param environment by name
     * @param inputs      what lies in its working directory
     * @param outputs     what of its working directory belongs to the result, as relative names
     */
    public record Program(List<String> command, List<String> args, long timeout, long expected, Map<String, String> environment,
            List<Input> inputs, List<String> outputs) {
        /** For one index of the array. */
        public Program at(long index) {
            SortedMap<String, String> variables = new TreeMap<>();
            environment.forEach((k, v) -> variables.put(k, insert(v, index)));
            return new Program(insert(command, index), insert(args, index), timeout, expected, variables,
                    inputs.stream().map(i -> i.at(index)).toList(), insert(outputs, index));
        }
    }

    private static List<String> insert(List<String> texts, long index) {
        return texts.stream().map(t -> insert(t, index)).toList();
    }

    private static String insert(String text, long index) {
        return text.replace(INDEX, Long.toString(index));
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
        return new JobFile(name, image, reference, backend, some, first, task, stdin, reduce, resources, new Budget(total, budget.perTask()),
                Math.min(deadline, most), 1, 1, OptionalInt.of(machines), wishes, buying, comparing, egress, witness);
    }

    /** What the backend must be able to do beyond running tasks, see {@link Capabilities#features}. */
    public List<String> features() {
        List<String> all = new ArrayList<>();
        boolean files = witness || Stream.concat(Stream.of(task), reduce.map(Reduce::program).stream())
                .anyMatch(p -> !p.inputs().isEmpty() || !p.outputs().isEmpty());
        if (files) {
            all.add(Capabilities.FILES);
        }
        if (backend.programs()) {
            all.add(Capabilities.PROGRAMS);
        }
        if (!egress.isNone()) {
            all.add(Capabilities.EGRESS);
        }
        return all;
    }

    /** What may be spent in all, and for one run of one task. */
    public record Budget(Amount total, Amount perTask) { }

    /** Terms that the file names, times in milliseconds, shares in thousandths; the others follow from budget and configuration. */
    public record Wishes(int interval, int grace, int patience, int freeze, int drift, int driftLimit, int holdBack, int fundingDepth, Optional<Amount> prepaid,
            Optional<Amount> quantum) { }

    /** Who says whether two results are the same. */
    public record Comparing(String comparer, Map<String, String> settings) {
        /** By their bytes. */
        public static final Comparing EXACT = new Comparing(Terms.EXACT, Map.of());

        /** Whether bytes decide alone. */
        public boolean exact() {
            return comparer.equals(Terms.EXACT);
        }

        /** As a contract states it: the id, then the settings by name. */
        public String text() {
            StringBuilder text = new StringBuilder(comparer);
            new TreeMap<>(settings).forEach((k, v) -> text.append(' ').append(k).append('=').append(v));
            return text.toString();
        }
    }

    /** Who decides on offers. */
    public record Buying(Optional<String> strategy, Map<String, String> settings) { }
}
