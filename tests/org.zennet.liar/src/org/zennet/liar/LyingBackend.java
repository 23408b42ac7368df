package org.zennet.liar;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.UsageVector;

/**
 * A provider's lie, for tests: does the work in the real {@code wasm} backend, then changes one digit of the output, so
 * that it still looks like a result. Outranks the real one while it is installed.
 */
@Component(property = {ContainerBackend.ID + "=wasm", ContainerBackend.LABEL + "=WebAssembly", "service.ranking:Integer=1000",
    "org.zennet.liar=true"})
public final class LyingBackend implements ContainerBackend {
    private final ContainerBackend real;

    /** Called by the service component runtime. */
    @Activate
    public LyingBackend(
            @Reference(target = "(&(" + ContainerBackend.ID + "=wasm)(!(org.zennet.liar=true)))") ContainerBackend real) {
        this.real = real;
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
        return real.survivors();
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

    private record LyingContainer(Container real) implements Container {
        @Override
        public String leaseId() {
            return real.leaseId();
        }

        @Override
        public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
            Outcome o = real.run(task);
            return new Outcome(o.reason(), o.exitCode(), alter(o.stdout()), o.stderr(), o.usage(), o.detail(), o.files(), o.fuel());
        }

        @Override
        public void cancel() throws ContainerException {
            real.cancel();
        }

        @Override
        public UsageVector usage() throws ContainerException {
            return real.usage();
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
