package org.zennet.market.internal.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Reading;

/** What callers hold in place of a backend: looks it up by its id at each call and guards the call. Thread-safe. */
final class GuardedBackend implements ContainerBackend {
    private static final long PROBE_MILLIS = 35_000;
    private static final long START_MILLIS = 65_000;
    private static final long SURVIVORS_MILLIS = 12_000;
    private static final long READ_MILLIS = 6_000;

    private final String id;
    private final Shelf<ContainerBackend> shelf;
    private final Guard guard;
    private final long percent;

    /**
     * @param percent of the SPI's time limits that is granted: 100, less in tests
     */
    GuardedBackend(String id, Shelf<ContainerBackend> shelf, Guard guard, long percent) {
        this.id = id;
        this.shelf = shelf;
        this.guard = guard;
        this.percent = percent;
    }

    @Override
    public Capabilities probe() throws ContainerException {
        Entry<ContainerBackend> entry = entry();
        return uninterrupted(() -> call(entry, "probe", PROBE_MILLIS, entry.service::probe, late -> { }));
    }

    @Override
    public Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
        Entry<ContainerBackend> entry = entry();
        Container started = call(entry, "start", START_MILLIS, () -> entry.service.start(spec), Container::stop);
        return new GuardedContainer(started, spec.leaseId(), entry, shelf, guard, percent);
    }

    @Override
    public List<Container> survivors() throws ContainerException {
        Entry<ContainerBackend> entry = entry();
        Function<Container, Container> guarded = c -> new GuardedContainer(c, c.leaseId(), entry, shelf, guard, percent);
        return uninterrupted(() -> call(entry, "survivors", SURVIVORS_MILLIS,
                () -> entry.service.survivors().stream().map(guarded).toList(), late -> { }));
    }

    /**
     * Each backend is asked once for all containers that it made, also by one that was replaced since. Those of one that does not answer are
     * left out: asked alone, they find its successor.
     */
    @Override
    public Map<String, Reading> read(Collection<Container> containers) throws ContainerException {
        Map<Entry<ContainerBackend>, List<Container>> owners = new LinkedHashMap<>();
        for (Container c : containers) {
            if (c instanceof GuardedContainer g) {
                GuardedContainer.Held held = g.held();
                owners.computeIfAbsent(held.entry(), e -> new ArrayList<>()).add(held.inner());
            }
        }
        Map<String, Reading> all = new HashMap<>();
        for (Map.Entry<Entry<ContainerBackend>, List<Container>> o : owners.entrySet()) {
            Entry<ContainerBackend> entry = o.getKey();
            try {
                all.putAll(guard.call(id + "-read", Math.max(1, READ_MILLIS * percent / 100), () -> entry.service.read(o.getValue()), late -> { },
                        ContainerException.class));
            } catch (Guard.Broke | ContainerException e) {
                entry.failed();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ContainerException("interrupted", e);
            }
        }
        return all;
    }

    private Entry<ContainerBackend> entry() throws ContainerException {
        return shelf.best(id).orElseThrow(() -> new ContainerException(shelf.ordered().stream()
                .filter(e -> e.id().equals(id)).findFirst().map(e -> e + " is in quarantine: " + e.reason())
                .orElse("backend '" + id + "' is not here now: its bundle was stopped or removed")));
    }

    private <T> T call(Entry<ContainerBackend> entry, String what, long limitMillis, Callable<T> body, Consumer<T> late)
            throws ContainerException, InterruptedException {
        entry.called();
        try {
            return guard.call(id + "-" + what, Math.max(1, limitMillis * percent / 100), body, late, ContainerException.class);
        } catch (Guard.Broke e) {
            shelf.broke(entry, e);
            throw new ContainerException(entry + " failed in " + what + ": " + e.getMessage(), e);
        } catch (ContainerException e) {
            entry.failed();
            throw e;
        }
    }

    private static <T> T uninterrupted(Call<T> call) throws ContainerException {
        try {
            return call.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException("interrupted", e);
        }
    }

    private interface Call<T> {
        T run() throws ContainerException, InterruptedException;
    }
}
