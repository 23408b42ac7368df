package org.zennet.liar;

import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.UsageVector;

/**
 * A provider's lie, for tests: does the work in a real backend, and then either changes one digit of the output, so that it still looks like a
 * result, or says that it used a multiple of everything. Outranks the real one while it is installed.
 */
abstract class LyingBackend implements ContainerBackend {
    /** Tells it from a real one. */
    static final String MARK = "org.zennet.liar";
    /** With it, it outranks a real one. */
    static final String RANK = "service.ranking:Integer=1000";
    private static final int TRUTH = 1000;
    private final ContainerBackend real;
    private final boolean outputs;
    private final int factor;

    LyingBackend(ContainerBackend real, Config config) {
        this.real = real;
        this.outputs = config.lie().equals(Config.OUTPUT);
        this.factor = outputs ? TRUTH : config.factor();
    }

    @Override
    public Capabilities probe() throws ContainerException {
        return real.probe();
    }

    @Override
    public Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
        return new LyingContainer(real.start(spec));
    }

    @Override
    public List<Container> survivors() throws ContainerException {
        return real.survivors().stream().<Container>map(LyingContainer::new).toList();
    }

    private UsageVector metered(UsageVector used) {
        return UsageVector.of(c -> Math.multiplyExact(used.get(c), (long) factor) / TRUTH);
    }

    /** The output with one digit of its second half changed; with its last byte changed where there is none. */
    static byte[] alter(byte[] output) {
        byte[] lie = output.clone();
        for (int i = lie.length / 2; i < lie.length; i++) {
            if (lie[i] >= '0' && lie[i] <= '8') {
                lie[i]++;
                return lie;
            }
        }
        if (lie.length > 0) {
            lie[lie.length - 1] ^= 1;
        }
        return lie;
    }

    private final class LyingContainer implements Container {
        private final Container real;

        LyingContainer(Container real) {
            this.real = real;
        }

        @Override
        public String leaseId() {
            return real.leaseId();
        }

        @Override
        public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
            Outcome o = real.run(task);
            return new Outcome(o.reason(), o.exitCode(), outputs ? alter(o.stdout()) : o.stdout(), o.stderr(), metered(o.usage()), o.detail(), o.files(), o.fuel());
        }

        @Override
        public void cancel() throws ContainerException {
            real.cancel();
        }

        @Override
        public UsageVector usage() throws ContainerException {
            return metered(real.usage());
        }

        @Override
        public GuestProcess exec(ExecSpec spec) throws ContainerException, InterruptedException {
            return real.exec(spec);
        }

        @Override
        public void keepAlive() throws ContainerException {
            real.keepAlive();
        }

        @Override
        public void freeze(boolean frozen) throws ContainerException {
            real.freeze(frozen);
        }

        @Override
        public void stop() {
            real.stop();
        }

        @Override
        public Optional<String> ended() {
            return real.ended();
        }
    }
}
