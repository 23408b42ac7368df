package org.zennet.headless.internal.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Amount;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.node.RemoteMachines;
import org.zennet.services.provider.Earnings;

/** A thread and a tunnel for each machine. The command {@code ssh} may be another by the variable {@code ZENNET_SSH}. */
@Component(service = RemoteMachines.class)
public final class RemoteMachinesComponent implements RemoteMachines {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteMachinesComponent.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration MOST_PAUSE = Duration.ofMinutes(1);
    private static final int MAX_DAYS = 4_000;
    private static final int MAX_TEXT = 200;

    private final List<String> ssh;
    private final InstantSource clock;
    private final Pause pauses;
    private final Map<String, Watched> all = new LinkedHashMap<>();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    /** Called by the service component runtime. */
    @Activate
    public RemoteMachinesComponent() {
        this(command(), InstantSource.system(), Thread::sleep);
    }

    /** Lets time pass on the calling thread. */
    interface Pause {
        void rest(Duration time) throws InterruptedException;
    }

    private static List<String> command() {
        return List.of(System.getenv().getOrDefault("ZENNET_SSH", "ssh").strip().split("\\s+"));
    }

    /** Looks at a machine once. */
    public static Machine look(String address, InstantSource clock) throws Rejected {
        try (SshTunnel tunnel = SshTunnel.open(command(), SshAddress.parse(address))) {
            return ask(address, ControlClient.at(tunnel.local()), clock.instant());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    RemoteMachinesComponent(List<String> ssh, InstantSource clock, Pause pauses) {
        this.ssh = ssh;
        this.clock = clock;
        this.pauses = pauses;
    }

    private final class Watched {
        private final SshAddress address;
        private final Thread thread;
        private volatile Machine machine;

        Watched(SshAddress address) {
            this.address = address;
            this.machine = unseen(address.text(), State.CONNECTING, Optional.empty(), Optional.empty());
            this.thread = Thread.ofVirtual().name("machine-" + address.host()).unstarted(this::run);
        }

        private void run() {
            Duration pause = EVERY;
            try {
                while (!Thread.interrupted()) {
                    try (SshTunnel tunnel = SshTunnel.open(ssh, address)) {
                        ControlClient client = ControlClient.at(tunnel.local());
                        while (tunnel.isOpen()) {
                            show(ask(address.text(), client, clock.instant()));
                            pause = EVERY;
                            pauses.rest(EVERY);
                        }
                        show(unseen(address.text(), State.UNREACHABLE, Optional.of("the connection was lost"), machine.asked()));
                    } catch (Rejected e) {
                        show(unseen(address.text(), State.UNREACHABLE, Optional.of(e.getMessage()), machine.asked()));
                    }
                    pauses.rest(pause);
                    pause = pause.multipliedBy(2).compareTo(MOST_PAUSE) > 0 ? MOST_PAUSE : pause.multipliedBy(2);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("machine {} is watched no longer", address.text(), e);
                show(unseen(address.text(), State.UNREACHABLE, Optional.of("what it answers can't be read"), machine.asked()));
            }
        }

        private void show(Machine now) {
            machine = now;
            watchers.forEach(Runnable::run);
        }
    }

    private static Machine unseen(String address, State state, Optional<String> problem, Optional<Instant> asked) {
        return new Machine(address, state, problem, asked, "", "", 0, false, 0, 0, Amount.ZERO, List.of());
    }

    /** Asks a process once. A process that provides nothing has no earnings. */
    static Machine ask(String address, ControlClient client, Instant now) throws Rejected {
        JsonNode s = client.call("status", Map.of());
        JsonNode p = null;
        List<Earnings> days = List.of();
        if (s.path("role").asText().equals("zennet-provider")) {
            p = client.call("provider.status", Map.of());
            days = days(client.call("provider.earnings", Map.of()));
        }
        return new Machine(address, State.CONNECTED, p == null ? Optional.of("it provides nothing") : Optional.ofNullable(p.path("problem").textValue())
                .map(RemoteMachinesComponent::text), Optional.of(now), text(s.path("role").asText()), text(s.path("identity").asText()), s.path("height").asLong(),
                p != null && p.path("accepting").asBoolean(), p == null ? 0 : p.path("leases").asInt(), p == null ? 0 : p.path("tasks").asInt(),
                new Amount(p == null ? 0 : Math.max(0, p.path("earned").asLong())), days);
    }

    /** What a machine says it earned, by day. */
    public static List<Earnings> days(JsonNode list) {
        List<Earnings> days = new ArrayList<>();
        for (JsonNode d : list) {
            if (days.size() == MAX_DAYS) {
                break;
            }
            try {
                days.add(new Earnings(LocalDate.parse(d.path("day").asText()), d.path("leases").asInt(), d.path("tasks").asInt(),
                        new Amount(d.path("earned").asLong())));
            } catch (java.time.DateTimeException | IllegalArgumentException e) {
                // a day that is none is no day
            }
        }
        return days;
    }

    private static String text(String said) {
        String plain = said.replaceAll("\\p{Cntrl}", " ");
        return plain.length() > MAX_TEXT ? plain.substring(0, MAX_TEXT) : plain;
    }

    @Override
    public void add(String address) throws Rejected {
        Watched w = new Watched(SshAddress.parse(address));
        synchronized (all) {
            if (all.containsKey(address)) {
                return;
            }
            if (all.size() >= MAX_MACHINES) {
                throw new Rejected("at most " + MAX_MACHINES + " machines are watched: remove one first");
            }
            all.put(address, w);
        }
        w.thread.start();
        watchers.forEach(Runnable::run);
    }

    @Override
    public void remove(String address) {
        Watched w;
        synchronized (all) {
            w = all.remove(address);
        }
        if (w != null) {
            w.thread.interrupt();
            watchers.forEach(Runnable::run);
        }
    }

    @Override
    public List<Machine> machines() {
        synchronized (all) {
            return all.values().stream().map(w -> w.machine).toList();
        }
    }

    @Override
    public Registration watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    /** Ends all connections. */
    @Deactivate
    public void close() {
        List<Watched> ending;
        synchronized (all) {
            ending = List.copyOf(all.values());
            all.clear();
        }
        ending.forEach(w -> w.thread.interrupt());
        for (Watched w : ending) {
            try {
                w.thread.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
