package org.zennet.liar.meter;

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
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.UsageVector;

/**
 * A provider's lie, for tests: does the work in the real {@code wasm} backend and delivers the right output, and says that it
 * used {@value #FACTOR} times of everything. Outranks the real one while it is installed.
 */
@Component(property = {ContainerBackend.ID + "=wasm", ContainerBackend.LABEL + "=WebAssembly", "service.ranking:Integer=1000",
    "org.zennet.liar=true"})
public final class MeterLyingBackend implements ContainerBackend {
    private static final int FACTOR = 3;
    private final ContainerBackend real;

    /** Called by the service component runtime. */
    @Activate
    public MeterLyingBackend(
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
        return real.survivors().stream().<Container>map(LyingContainer::new).toList();
    }

    private static UsageVector inflate(UsageVector used) {
        return UsageVector.of(c -> FACTOR * used.get(c));
    }

    private record LyingContainer(Container real) implements Container {
        @Override
        public String leaseId() {
            return real.leaseId();
        }

        @Override
        public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
            Outcome o = real.run(task);
            return new Outcome(o.reason(), o.exitCode(), o.stdout(), o.stderr(), inflate(o.usage()), o.detail(), o.files());
        }

        @Override
        public void cancel() throws ContainerException {
            real.cancel();
        }

        @Override
        public UsageVector usage() throws ContainerException {
            return inflate(real.usage());
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
