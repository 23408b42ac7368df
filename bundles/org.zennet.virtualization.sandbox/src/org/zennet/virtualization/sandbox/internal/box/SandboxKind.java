package org.zennet.virtualization.sandbox.internal.box;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.container.Egress;
import org.zennet.api.encoding.EncodingException;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.egress.Uplink;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.ChildKind;
import org.zennet.virtualization.keeper.KeeperContext;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.seccomp.Processor;

/** Containers that a keeper holds without an engine. Only for a keeper that is the superuser: see {@link Trial}. */
public final class SandboxKind implements ChildKind {
    /** Setting: where the control groups are mounted. */
    public static final String GROUPS = "groups";
    /** Setting: the most processes and threads of a container. */
    public static final String PROCESSES = "processes";
    /** Setting: what a container may reach, as {@link Egress} has it. */
    public static final String EGRESS = "egress";
    /** Setting: the network namespace that connections of containers leave from; empty for the host's own. */
    public static final String UPLINK = "uplink";
    /** Setting: what answers for names where all addresses may be reached. */
    public static final String RESOLVERS = "resolvers";
    /** Setting: bytes a second each way. */
    public static final String RATE = "rate";
    /** Found: whether containers can have a network that holds them. */
    public static final String NETWORK = "network";
    /** Found: whether work directories can lie on disk. */
    public static final String DISK = "disk";
    private static final int DEFAULT_PROCESSES = 256;
    private static final int FEWEST_PROCESSES = 16;

    private final Map<Path, Held> held = new HashMap<>();
    private KeeperContext keeper;
    private String parent;
    private Ways ways;
    private Wire.Probed probed;

    /** A root that some containers use. */
    private static final class Held {
        private final FileChannel lock;
        private int users;

        Held(FileChannel lock) {
            this.lock = lock;
        }
    }

    @Override
    public void begin(KeeperContext context) {
        keeper = context;
        name(context);
        // whatever an earlier keeper's containers had died with it
        GuestNetwork.sweep(networkName(""), Set.of());
    }

    private void name(KeeperContext context) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(context.directory().toString().getBytes(StandardCharsets.UTF_8));
            parent = "/zennet-" + HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    KeeperContext keeper() {
        return keeper;
    }

    synchronized Ways ways() throws IOException {
        if (ways == null) {
            ways = new Ways(keeper.directory(), Processor.here().orElseThrow(() ->
                    new IOException("the system calls of this processor are not known")));
        }
        return ways;
    }

    Path groups(Wire.Host host) {
        return Path.of(host.setting(GROUPS).isEmpty() ? "/sys/fs/cgroup" : host.setting(GROUPS));
    }

    /** The name of the network of a lease. */
    String networkName(String leaseId) {
        return parent.substring(1) + "-" + leaseId;
    }

    static Uplink uplink(Wire.Host host) throws IOException {
        String rate = host.setting(RATE);
        try {
            return Uplink.of(host.setting(UPLINK), host.setting(RESOLVERS), rate.matches("[0-9]{1,15}") ? Long.parseLong(rate) : 0);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static Egress egress(Wire.Host host) {
        return Egress.parse(host.setting(EGRESS));
    }

    int processes(Wire.Host host) {
        String s = host.setting(PROCESSES);
        return s.matches("[0-9]{1,6}") ? Math.max(FEWEST_PROCESSES, Integer.parseInt(s)) : DEFAULT_PROCESSES;
    }

    ControlGroup group(Wire.Host host, String leaseId) {
        return ControlGroup.named(groups(host), parent + "/" + leaseId);
    }

    @Override
    public synchronized Wire.Probed probe(Wire.Host host) throws KeeperException, InterruptedException {
        if (probed == null) {
            probed = new Trial(this, host).run();
        }
        return probed;
    }

    @Override
    public Child create(Wire.Start start, Child.Owner owner) throws KeeperException {
        if (start.resources().disk() > 0 && start.resources().disk() < WorkDisk.SMALLEST) {
            throw new KeeperException("a work directory has at least " + WorkDisk.SMALLEST + " bytes, or 0: then it lies in memory");
        }
        if (start.resources().memory() < Trial.SMALLEST_MEMORY) {
            throw new KeeperException("a sandbox has at least " + Trial.SMALLEST_MEMORY + " bytes of memory");
        }
        try {
            return new Box(this, start, egress(start.host()), Plan.of(start.plan()), owner);
        } catch (EncodingException e) {
            throw new KeeperException("the image's plan can't be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new KeeperException(e.getMessage());
        }
    }

    /** Keeps a root from being given up as long as a container uses it. */
    AutoCloseable hold(Path root) throws IOException {
        synchronized (held) {
            Held h = held.get(root);
            if (h == null) {
                FileChannel channel = FileChannel.open(root.resolveSibling("lock"), StandardOpenOption.CREATE,
                        StandardOpenOption.READ, StandardOpenOption.WRITE);
                channel.lock(0, Long.MAX_VALUE, true);
                h = new Held(channel);
                held.put(root, h);
            }
            if (!Files.isDirectory(root)) {
                throw new IOException("the image was given up just now: start again");
            }
            h.users++;
        }
        return () -> {
            synchronized (held) {
                Held h = held.get(root);
                if (--h.users == 0) {
                    held.remove(root);
                    h.lock.close();
                }
            }
        };
    }

    @Override
    public void sweep(Wire.Start start, int pid) {
        ControlGroup group = group(start.host(), start.leaseId());
        try {
            group.kill();
            group.remove();
            GuestNetwork.remove(networkName(start.leaseId()));
            new WorkDisk(keeper.home(start.leaseId()).resolve("work.img")).remove();
        } catch (IOException e) {
            System.err.println("what is left of " + start.leaseId() + " can't be removed: " + e.getMessage());
        }
    }

    /** Those that the host lacks. */
    static List<String> missing() {
        return List.of("bwrap").stream().filter(t -> Host.tool(t).isEmpty()).toList();
    }

    /** Whether this process may do what starting needs. */
    static boolean superuser() {
        return "root".equals(System.getProperty("user.name"));
    }

    static Optional<Processor> processor() {
        return Processor.here();
    }
}
