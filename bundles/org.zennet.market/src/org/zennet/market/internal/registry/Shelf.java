package org.zennet.market.internal.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.services.market.ExtensionInfo;

/**
 * The services of one kind that are present, ordered. Told by reference, never by id, so that what leaves never takes
 * its replacement along. Readers get an immutable snapshot and never lock. Thread-safe.
 */
final class Shelf<S> {
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
    private static final String ID_FORM = "[A-Za-z0-9][A-Za-z0-9._/-]{0,63}";

    private final ExtensionInfo.Kind kind;
    private final String idProperty;
    private final String labelProperty;
    private final Guard guard;
    private final Function<Bundle, Optional<String>> signer;
    private final Runnable changed;
    /** How often each hung, by id and bundle: outlives the entry, so that an update does not reset it. */
    private final Map<String, Integer> hangs = new ConcurrentHashMap<>();
    private final Map<ServiceReference<S>, Entry<S>> byReference = new HashMap<>();
    private volatile List<Entry<S>> ordered = List.of();

    /**
     * @param changed called after each change, never under a lock
     */
    Shelf(ExtensionInfo.Kind kind, String idProperty, String labelProperty, Guard guard,
            Function<Bundle, Optional<String>> signer, Runnable changed) {
        this.kind = kind;
        this.idProperty = idProperty;
        this.labelProperty = labelProperty;
        this.guard = guard;
        this.signer = signer;
        this.changed = changed;
    }

    void bind(S service, ServiceReference<S> reference) {
        Entry<S> entry = new Entry<>(kind, service, origin(reference), properties(reference));
        if (!entry.id().matches(ID_FORM)) {
            quarantine(entry, "its service property " + idProperty + " is missing or no id", null, false);
        } else if (hangs.getOrDefault(key(entry), 0) >= Guard.MOST_ABANDONED) {
            quarantine(entry, "it hung before; restart the process to try it again", null, true);
        }
        synchronized (this) {
            byReference.put(reference, entry);
            publish();
        }
        if (ordered.stream().filter(e -> e.id().equals(entry.id())).count() > 1) {
            LOG.warn("more than one {} '{}': the one of {} is asked first", kind, entry.id(),
                    best(entry.id()).map(e -> e.origin.bundle()).orElse("none"));
        }
        changed.run();
    }

    void updated(ServiceReference<S> reference) {
        synchronized (this) {
            Entry<S> entry = byReference.get(reference);
            if (entry == null) {
                return;
            }
            entry.properties(properties(reference));
            publish();
        }
        changed.run();
    }

    void unbind(ServiceReference<S> reference) {
        synchronized (this) {
            Entry<S> entry = byReference.remove(reference);
            if (entry == null) {
                return;
            }
            entry.leave();
            publish();
        }
        changed.run();
    }

    private void publish() {
        ordered = byReference.values().stream().sorted(Entry.ORDER).toList();
        notifyAll();
    }

    /** The first of an id that is in order, once there is one; empty when none came in that time. Blocks. */
    synchronized Optional<Entry<S>> await(String id, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        Optional<Entry<S>> found = best(id);
        for (long left = millis; found.isEmpty() && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
            found = best(id);
        }
        return found;
    }

    /** All that is present, in the order in which it is asked. */
    List<Entry<S>> ordered() {
        return ordered;
    }

    /** The first of an id that is in order. */
    Optional<Entry<S>> best(String id) {
        return ordered.stream().filter(e -> e.id().equals(id) && e.isActive()).findFirst();
    }

    List<ExtensionInfo> infos() {
        return ordered.stream().map(Entry::info).toList();
    }

    /** Counts a failure and takes the entry out of service. */
    void broke(Entry<S> entry, Guard.Broke failure) {
        entry.failed();
        boolean untilRestart = false;
        if (failure.stuck != null) {
            int times = hangs.merge(key(entry), 1, Integer::sum);
            untilRestart = times >= Guard.MOST_ABANDONED || guard.abandoned() >= Guard.MOST_ABANDONED;
            if (untilRestart) {
                hangs.put(key(entry), Guard.MOST_ABANDONED);
            }
        }
        quarantine(entry, failure.getMessage(), failure.stuck, untilRestart);
        changed.run();
    }

    private void quarantine(Entry<S> entry, String why, Thread stuck, boolean untilRestart) {
        entry.quarantine(why, untilRestart, stuck);
        LOG.warn("{} is quarantined{}: {}", entry, untilRestart ? " until restart" : "", why);
    }

    /** Reinstates all of an id that may be. */
    int reinstate(String id) {
        int count = (int) ordered.stream().filter(e -> e.id().equals(id) && e.reinstate()).count();
        if (count > 0) {
            changed.run();
        }
        return count;
    }

    /** An entry answered in spite of its quarantine. */
    void recovered(Entry<S> entry) {
        if (entry.reinstate()) {
            LOG.info("{} works again", entry);
            changed.run();
        }
    }

    private String key(Entry<S> entry) {
        return entry.id() + " " + entry.origin.bundle();
    }

    private Entry.Properties properties(ServiceReference<S> reference) {
        Object id = reference.getProperty(idProperty);
        Object label = labelProperty == null ? null : reference.getProperty(labelProperty);
        String name = id instanceof String s ? Guard.line(s, 64) : "";
        return new Entry.Properties(name, label instanceof String s ? Guard.line(s, 100) : name,
                reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
                reference.getProperty(Constants.SERVICE_ID) instanceof Long number ? number : Long.MAX_VALUE,
                Boolean.TRUE.equals(reference.getProperty(PricingStrategy.ALONE)));
    }

    private Entry.Origin origin(ServiceReference<S> reference) {
        Bundle bundle = reference.getBundle();
        if (bundle == null) {
            return new Entry.Origin("unknown", "0.0.0", Optional.empty());
        }
        String name = bundle.getSymbolicName() == null ? "unknown" : bundle.getSymbolicName();
        return new Entry.Origin(name, Guard.line(bundle.getVersion().toString(), 64), signer.apply(bundle));
    }
}
