package org.zennet.provider.internal.deal;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.services.Registration;

/**
 * The backends that are sold: those of the owner's list that are present and in order and said by trying what they can
 * enforce here. Each is tried when it comes, and again when it took other settings. Thread-safe.
 */
public final class SoldBackends implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SoldBackends.class);
    private static final long RETRY_MILLIS = 10_000;

    private final Kit kit;
    private volatile List<String> wanted;
    private final Runnable changed;
    private final Mailbox mailbox;
    private final Map<String, Sold> sold = new LinkedHashMap<>();
    /** Ids that were sold until the owner took them off the list: what was agreed may still begin. */
    private final Set<String> retired = new HashSet<>();
    private final Map<String, String> problems = new LinkedHashMap<>();
    private Registration registration = () -> { };
    private boolean closed;

    private record Sold(long revision, Capabilities capabilities) { }

    /**
     * For the backends of a list.
     *
     * @param changed is told when what is sold changed
     */
    public SoldBackends(Kit kit, List<String> wanted, Runnable changed) {
        this.kit = kit;
        this.wanted = wanted;
        this.changed = changed;
        this.mailbox = new Mailbox(kit.workers());
    }

    /** Looks now and whenever backends come and go. */
    public void start() {
        registration = kit.backends().watch(() -> mailbox.execute(this::look));
        mailbox.execute(this::look);
    }

    /** Sells those of this list from now on; containers of others work on. */
    public void want(List<String> ids) {
        boolean fewer;
        synchronized (this) {
            wanted = List.copyOf(ids);
            retired.addAll(sold.keySet());
            fewer = sold.keySet().retainAll(wanted) | problems.keySet().retainAll(wanted);
        }
        if (fewer) {
            changed.run();
        }
        mailbox.execute(this::look);
    }

    private void look() {
        List<String> present = kit.backends().ids();
        for (String id : wanted) {
            long revision = kit.backends().revision(id);
            Optional<Sold> known;
            synchronized (this) {
                if (closed) {
                    return;
                }
                known = Optional.ofNullable(sold.get(id));
            }
            if (!present.contains(id)) {
                set(id, null, "the backend " + id + " is not there");
            } else if (known.isEmpty() || known.get().revision() != revision) {
                probe(id, revision);
            }
        }
    }

    private void probe(String id, long revision) {
        Optional<ContainerBackend> backend = kit.backends().backend(id);
        if (backend.isEmpty()) {
            return;
        }
        try {
            Capabilities c = backend.get().probe();
            LOG.info("backend {}: {}, at most {}{}", id, c.isolation(), c.largest(), c.notes().isEmpty() ? "" : " (" + c.notes() + ")");
            set(id, new Sold(revision, c), null);
        } catch (ContainerException e) {
            LOG.warn("backend {} is not sold: {}", id, e.getMessage());
            set(id, null, "the backend " + id + " can't be used: " + e.getMessage());
            kit.timers().after(RETRY_MILLIS, () -> mailbox.execute(this::look));
        }
    }

    private void set(String id, Sold to, String problem) {
        boolean different;
        synchronized (this) {
            if (!wanted.contains(id)) {
                return; // the owner took it off the list meanwhile
            }
            different = to == null ? sold.remove(id) != null : !to.equals(sold.put(id, to));
            if (problem == null) {
                different |= problems.remove(id) != null;
            } else {
                different |= !problem.equals(problems.put(id, problem));
            }
        }
        if (different) {
            changed.run();
        }
    }

    /** What is sold now, by id, in the owner's order. */
    public synchronized Map<String, Capabilities> sold() {
        Map<String, Capabilities> all = new LinkedHashMap<>();
        wanted.stream().filter(sold::containsKey).forEach(id -> all.put(id, sold.get(id).capabilities()));
        return all;
    }

    /** A backend for what was agreed: one that is sold now, or was until the owner took it off the list. */
    public synchronized Optional<ContainerBackend> backend(String id) {
        return sold.containsKey(id) || retired.contains(id) && !wanted.contains(id) ? kit.backends().backend(id) : Optional.empty();
    }

    /** Why backends of the list are not sold, by id. */
    public synchronized Map<String, String> problems() {
        return new LinkedHashMap<>(problems);
    }

    /** Why something is not sold. */
    public synchronized Optional<String> problem() {
        return problems.values().stream().findFirst();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        registration.close();
    }
}
