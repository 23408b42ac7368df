package org.zennet.provider.internal.lease;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Reading;
import org.zennet.provider.internal.Texts;
import org.zennet.services.market.BackendRegistry;

/**
 * The meters of all containers. Each look at a backend takes all of its containers at once and serves whoever asks soon
 * after: bills, and the watch for the owner. Thread-safe; may block.
 */
final class Readings {
    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);

    private final BackendRegistry backends;
    private final InstantSource clock;
    private final Map<String, Group> groups = new ConcurrentHashMap<>();

    /** The newest look at the containers of one backend; guarded by its lock, which is held while one looks. */
    private static final class Group {
        private final Map<String, Container> containers = new HashMap<>();
        private final Map<String, Taken> taken = new HashMap<>();
    }

    /** What was read, and when, in milliseconds since 1970. */
    private record Taken(Reading reading, long at) { }

    Readings(BackendRegistry backends, InstantSource clock) {
        this.backends = backends;
        this.clock = clock;
    }

    private Group group(String backend) {
        return groups.computeIfAbsent(backend, b -> new Group());
    }

    /** From now on it is read with the others. */
    void add(String backend, Container container) {
        Group g = group(backend);
        synchronized (g) {
            g.containers.put(container.leaseId(), container);
            g.taken.remove(container.leaseId());
        }
    }

    /** It ends. */
    void remove(String backend, String lease) {
        Group g = group(backend);
        synchronized (g) {
            g.containers.remove(lease);
            g.taken.remove(lease);
        }
    }

    /** What was read of it until now is of no use any more: it was frozen, for instance. */
    void forget(String backend, String lease) {
        Group g = group(backend);
        synchronized (g) {
            g.taken.remove(lease);
        }
    }

    /**
     * The reading of one container.
     *
     * @param mostMillis how old it may be
     * @throws ContainerException when it can't be read
     */
    Reading of(String backend, Container container, long mostMillis) throws ContainerException {
        Group g = group(backend);
        synchronized (g) {
            Taken t = g.taken.get(container.leaseId());
            long age = t == null ? -1 : clock.millis() - t.at();
            if (age >= 0 && age <= mostMillis) {
                return t.reading();
            }
            if (g.containers.containsKey(container.leaseId())) {
                look(backend, g);
                Taken fresh = g.taken.get(container.leaseId());
                if (fresh != null) {
                    return fresh.reading();
                }
            }
        }
        return new Reading(container.usage(), container.ended());
    }

    /** Looks at all containers now; those that can't be read are missing. */
    Map<String, Reading> all() {
        Map<String, Reading> all = new HashMap<>();
        groups.forEach((backend, g) -> {
            synchronized (g) {
                look(backend, g);
                g.taken.forEach((lease, t) -> all.put(lease, t.reading()));
            }
        });
        return all;
    }

    /** Whoever was not read has no reading afterwards, rather than an old one. */
    private void look(String backend, Group g) {
        g.taken.clear();
        Optional<ContainerBackend> from = g.containers.isEmpty() ? Optional.empty() : backends.backend(backend);
        if (from.isEmpty()) {
            return;
        }
        long at = clock.millis();
        try {
            from.get().read(g.containers.values().stream().toList()).forEach((lease, r) -> {
                if (g.containers.containsKey(lease)) {
                    g.taken.put(lease, new Taken(r, at));
                }
            });
        } catch (ContainerException e) {
            LOG.debug("the containers of {} can't be read together: {}", backend, Texts.reason(e));
        }
    }
}
