package org.zennet.provider.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Registration;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.ExtensionInfo;

/** A backend whose containers use virtual time: a millisecond of processor per millisecond of task, wall time always. */
final class FakeBackend implements ContainerBackend, BackendRegistry {
    final World world;
    final Map<String, Box> boxes = new ConcurrentHashMap<>();
    final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    volatile long taskMillis = 500;
    volatile Set<String> features = Set.of();
    volatile boolean present = true;
    private volatile long revision = 1;
    volatile boolean startFails;
    volatile boolean mute;
    volatile long frozenAt;

    FakeBackend(World world) {
        this.world = world;
    }

    @Override
    public Capabilities probe() {
        return new Capabilities(Isolation.WASM, new Resources(1000, 1L << 31, 0), Set.of("memory", "wall"), true, true, "", features);
    }

    @Override
    public Container start(ContainerSpec spec) throws ContainerException {
        if (startFails) {
            throw new ContainerException("there is no room");
        }
        Box box = new Box(spec);
        boxes.put(spec.leaseId(), box);
        return box;
    }

    @Override
    public List<Container> survivors() throws ContainerException {
        if (mute) {
            throw new ContainerException("the keeper can't be reached");
        }
        return boxes.values().stream().filter(b -> b.ended().isEmpty()).<Container>map(b -> b).toList();
    }

    @Override
    public Optional<ContainerBackend> backend(String id) {
        return present && id.equals("wasm") ? Optional.of(this) : Optional.empty();
    }

    @Override
    public List<String> ids() {
        return present ? List.of("wasm") : List.of();
    }

    @Override
    public List<ExtensionInfo> backends() {
        return present ? List.of(new ExtensionInfo(ExtensionInfo.Kind.BACKEND, "wasm", "wasm", "test", "1.0", Optional.empty(), 0,
                ExtensionInfo.State.ACTIVE, "", 0, 0)) : List.of();
    }

    @Override
    public Registration watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    @Override
    public long revision(String id) {
        return present ? revision : 0;
    }

    /** It took other settings. */
    void changed() {
        revision++;
        watchers.forEach(w -> world.workers.execute(w));
    }

    void present(boolean now) {
        present = now;
        watchers.forEach(w -> world.workers.execute(w));
    }

    /** What all containers together worked, in milliseconds. */
    long worked(String lease) {
        return boxes.get(lease).cpu();
    }

    final class Box implements Container {
        final ContainerSpec spec;
        final long began = world.millis();
        private long cpu;
        private long runningSince;
        private long left;
        private boolean frozen;
        private String over;
        private World.Sleeper sleeper;
        private String current;
        private final Map<String, Outcome> outcomes = new java.util.HashMap<>();
        /** How many tasks were begun, however often each was asked for. */
        int runs;

        Box(ContainerSpec spec) {
            this.spec = spec;
        }

        @Override
        public String leaseId() {
            return spec.leaseId();
        }

        @Override
        public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
            while (true) {
                World.Sleeper s = new World.Sleeper();
                synchronized (this) {
                    if (outcomes.containsKey(task.taskId())) {
                        return outcomes.get(task.taskId());
                    }
                    if (over != null) {
                        throw new ContainerException("it has ended");
                    }
                    if (current == null) {
                        current = task.taskId();
                        runs++;
                        break;
                    }
                    if (!current.equals(task.taskId())) {
                        throw new ContainerException("it is busy with " + current);
                    }
                }
                world.sleep(s, 10);
            }
            Outcome o = work(task);
            synchronized (this) {
                current = null;
                outcomes.put(task.taskId(), o);
            }
            return o;
        }

        private Outcome work(TaskSpec task) throws ContainerException, InterruptedException {
            long before;
            synchronized (this) {
                if (over != null) {
                    throw new ContainerException("it has ended");
                }
                before = cpu();
                left = taskMillis;
                runningSince = world.millis();
            }
            while (true) {
                World.Sleeper s = new World.Sleeper();
                long rest;
                synchronized (this) {
                    account();
                    if (over != null) {
                        return new Outcome(Outcome.Reason.CONTAINER_ENDED, 0, new byte[0], new byte[0], UsageVector.ZERO, "");
                    }
                    if (left <= 0) {
                        runningSince = 0;
                        byte[] out = ("out of " + task.taskId() + (task.command().isEmpty() ? "" : " by " + task.command() + task.environment()) + " with " + new String(task.stdin(), StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8);
                        // the files that came in come out
                        return new Outcome(Outcome.Reason.EXITED, 0, out, "fine".getBytes(StandardCharsets.UTF_8),
                                UsageVector.ZERO.with(Counter.CPU, (cpu - before) * 1000), "",
                                task.outputs().isEmpty() ? new byte[0] : task.files());
                    }
                    rest = frozen ? Long.MAX_VALUE / 4 : left;
                    sleeper = s;
                }
                world.sleep(s, rest);
            }
        }

        private void account() {
            if (runningSince > 0 && !frozen && over == null) {
                long d = world.millis() - runningSince;
                cpu += d;
                left -= d;
            }
            if (runningSince > 0) {
                runningSince = world.millis();
            }
        }

        private synchronized long cpu() {
            account();
            return cpu;
        }

        @Override
        public void cancel() { }

        @Override
        public synchronized UsageVector usage() {
            return UsageVector.ZERO.with(Counter.CPU, cpu() * 1000).with(Counter.WALL, world.millis() - began);
        }

        @Override
        public void keepAlive() { }

        @Override
        public synchronized void freeze(boolean now) {
            account();
            frozen = now;
            if (now) {
                frozenAt = world.millis();
            }
            wake();
        }

        @Override
        public synchronized void stop() {
            account();
            over = "stopped";
            wake();
        }

        private void wake() {
            if (sleeper != null) {
                world.release(sleeper);
                sleeper = null;
            }
        }

        @Override
        public synchronized Optional<String> ended() {
            return Optional.ofNullable(over);
        }

        synchronized boolean frozen() {
            return frozen;
        }
    }
}
