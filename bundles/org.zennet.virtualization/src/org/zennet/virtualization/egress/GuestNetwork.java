package org.zennet.virtualization.egress;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.zennet.api.container.Egress;

/**
 * The network of one container: a namespace of its own with one device, whose other end is a process in the host's
 * namespace, of a user without rights, that opens ordinary sockets (slirp4netns). The filter lies in the container's own
 * namespace, where nobody inside has the right to look at it. Nothing of the host's devices, routes or filters is read
 * or changed, nobody outside can open a connection to a container, and what the process moves the host's own rules hold for.
 * Thread-safe.
 */
public final class GuestNetwork implements AutoCloseable {
    /** The device inside. */
    public static final String DEVICE = "tap0";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path FILES = Path.of("/run/zennet-net");
    /** What slirp4netns takes for the container's own, and the other end. */
    private static final String ADDRESS = "10.0.2.100/24";
    private static final String GATEWAY = "10.0.2.2";
    private static final String PID = "pid";
    private static final int MTU = 65_520;
    private static final int MOST_SOCKETS = 1024;
    private static final long READY_SECONDS = 10;
    private static final long END_SECONDS = 5;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LARGEST_TRIE = 1 << 20;
    private static final long LEAST_BURST = 1 << 18;

    private final Uplink uplink;
    private final String name;
    private final Path files;
    private final Map<String, List<String>> pins;
    private final Egress policy;
    private volatile Optional<ProcessHandle> process = Optional.empty();
    private volatile boolean closing;
    private Set<String> host = Set.of();
    private long lookedNanos;

    /** Starts a process, on the thread that it dies with. */
    public interface Spawner {
        /** Starts it. */
        Process spawn(ProcessBuilder program) throws IOException, InterruptedException;
    }

    private GuestNetwork(Uplink uplink, String name, Egress policy, Map<String, List<String>> pins) {
        if (!name.matches("[a-z0-9-]{1,100}")) {
            throw new IllegalArgumentException("no name of a network: '" + name + "'");
        }
        this.uplink = uplink;
        this.name = name;
        this.files = FILES.resolve(name);
        this.policy = policy;
        this.pins = pins;
    }

    /** What has to be installed here first, as packages of Debian; empty when nothing is missing. */
    public static List<String> missing() {
        return Tools.missing();
    }

    /**
     * Makes a namespace with such a network, for a container to be started in.
     *
     * @param name    of the namespace, which must not be there
     * @param user    of the host, whose the process is that holds its other end
     * @param log     what that process says
     * @param spawner starts that process, on the thread that it ends with
     * @throws IOException when it can't be made; nothing is left behind then
     */
    public static GuestNetwork open(Uplink uplink, String name, Egress policy, int user, Path log, Spawner spawner) throws IOException, InterruptedException {
        GuestNetwork n = prepare(uplink, name, policy);
        n.make(List.of("add", name), user, log, spawner, true);
        return n;
    }

    /**
     * Asks for the addresses of names and writes the files that a container with such a network shall have.
     *
     * @throws IOException when a name has none that may be reached; nothing is left behind then
     */
    public static GuestNetwork prepare(Uplink uplink, String name, Egress policy) throws IOException {
        GuestNetwork n = new GuestNetwork(uplink, name, policy, Pins.of(policy, InetAddress::getAllByName));
        boolean written = false;
        try {
            n.write();
            written = true;
            return n;
        } finally {
            if (!written) {
                remove(name);
            }
        }
    }

    /** Gives what was prepared to the namespace, without any network yet, of a container that runs; outlives this process. */
    public void attach(long pid, int user, Path log) throws IOException, InterruptedException {
        make(List.of("attach", name, Long.toString(pid)), user, log, ProcessBuilder::start, false);
    }

    /** One that an earlier life of this process attached; empty where it works no more. */
    public static Optional<GuestNetwork> adopt(Uplink uplink, String name) {
        GuestNetwork n = new GuestNetwork(uplink, name, Egress.NONE, Map.of());
        n.process = holder(FILES.resolve(name));
        return n.process.isPresent() && Files.exists(n.namespace()) ? Optional.of(n) : Optional.empty();
    }

    private void make(List<String> netns, int user, Path log, Spawner spawner, boolean fatal) throws IOException, InterruptedException {
        boolean made = false;
        try {
            List<String> ip = new ArrayList<>(List.of(Tools.path("ip"), "netns"));
            ip.addAll(netns);
            Tools.run(ip, "");
            Process workshop = workshop(user);
            try {
                Process p = spawner.spawn(slirp(workshop.pid(), log, fatal));
                process = Optional.of(p.toHandle());
                awaitReady(p, log);
                Files.writeString(files.resolve(PID), p.pid() + "\n");
                Tools.run(List.of(Tools.path("nsenter"), "--net=/proc/" + workshop.pid() + "/ns/net", Tools.path("ip"), "link", "set", "dev", DEVICE,
                        "netns", name), "");
            } finally {
                workshop.destroyForcibly();
            }
            host = local();
            lookedNanos = System.nanoTime();
            inside("n=/proc/sys/net/ipv6/conf/all/disable_ipv6; [ ! -e $n ] || echo 1 >$n && nft -f - && tc qdisc add dev " + DEVICE + " root tbf rate "
                    + uplink.rate() + "bps burst " + Math.max(LEAST_BURST, uplink.rate() / 20) + " latency 200ms && ip link set lo up && ip link set dev "
                    + DEVICE + " mtu " + MTU + " up && ip addr add " + ADDRESS + " dev " + DEVICE + " && ip route add default via " + GATEWAY,
                    PacketRules.table(policy, pins, uplink.resolvers(), host, uplink.rate()));
            made = true;
        } catch (IOException e) {
            throw new IOException("no network can be made for a container: " + e.getMessage(), e);
        } finally {
            if (!made) {
                close();
            }
        }
    }

    private void write() throws IOException {
        StringBuilder hosts = new StringBuilder("127.0.0.1 localhost zennet\n");
        pins.forEach((n, addresses) -> addresses.forEach(a -> hosts.append(a).append(' ').append(n).append('\n')));
        StringBuilder resolv = new StringBuilder();
        if (policy.isPublic()) {
            uplink.resolvers().forEach(r -> resolv.append("nameserver ").append(r).append('\n'));
        }
        Files.createDirectories(files);
        for (Path p : List.of(FILES, files)) {
            Files.setPosixFilePermissions(p, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        for (Map.Entry<Path, String> f : Map.of(hosts(), hosts.toString(), resolvers(), resolv.toString()).entrySet()) {
            Files.writeString(f.getKey(), f.getValue());
            Files.setPosixFilePermissions(f.getKey(), PosixFilePermissions.fromString("r--r--r--"));
        }
    }

    /**
     * A process in a user namespace, in which the user is its superuser, and in a network namespace of that: what the other
     * end of the device is made in, so that nothing needs rights over the host.
     */
    private Process workshop(int user) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(Tools.path("unshare"), "--user", "--net", "/bin/sleep", Long.toString(3 * READY_SECONDS)).start();
        Path proc = Path.of("/proc", Long.toString(p.pid()));
        Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (p.isAlive() && System.nanoTime() < deadline && Files.readSymbolicLink(proc.resolve("ns/net")).equals(own)) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        try {
            Files.writeString(proc.resolve("setgroups"), "deny");
            Files.writeString(proc.resolve("uid_map"), "0 " + user + " 1");
            Files.writeString(proc.resolve("gid_map"), "0 " + user + " 1");
            return p;
        } catch (IOException e) {
            p.destroyForcibly();
            throw new IOException("no user namespace can be made here: " + e.getMessage(), e);
        }
    }

    /**
     * The process at the other end. It sees of the host its programs and nothing else, is of the container's user with no
     * right over anything of the host, and behind a filter of system calls of its own.
     */
    private ProcessBuilder slirp(long workshop, Path log, boolean fatal) throws IOException {
        List<String> c = new ArrayList<>();
        if (uplink.namespace().isPresent()) {
            c.addAll(List.of(Tools.path("nsenter"), "--net=" + uplink.namespace().get(), "--"));
        }
        // many hosts let everybody open the device, some only the superuser: it gets one of its own
        String line = "mount -t tmpfs -o mode=755,size=64k zennet \"$1\" && mknod -m 666 \"$1/tun\" c 10 200 && mount --bind \"$1/tun\" /dev/net/tun"
                + " && mount -t tmpfs -o mode=755,size=4k zennet /run && mount -t tmpfs -o mode=755,size=4k zennet /etc || exit 1; shift;"
                + " ulimit -n " + MOST_SOCKETS + "; ulimit -c 0; exec 3>&1 1>&2; exec \"$@\"";
        c.addAll(List.of(Tools.path("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", line, "zennet-network", files.toString(),
                Tools.path("nsenter"), "--user=/proc/" + workshop + "/ns/user", "--"));
        c.addAll(fatal ? List.of(Tools.path("setpriv"), "--pdeathsig=KILL") : List.of(Tools.path("setsid")));
        c.addAll(List.of(Tools.path("slirp4netns"), "--configure", "--mtu=" + MTU, "--disable-host-loopback", "--disable-dns", "--enable-sandbox",
                "--enable-seccomp", "--ready-fd=3", "--netns-type=path", "/proc/" + workshop + "/ns/net", DEVICE));
        ProcessBuilder b = new ProcessBuilder(c);
        b.environment().clear();
        b.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        b.directory(Path.of("/").toFile());
        b.redirectInput(Path.of("/dev/null").toFile());
        b.redirectError(ProcessBuilder.Redirect.to(log.toFile()));
        return b;
    }

    private static void awaitReady(Process p, Path log) throws IOException, InterruptedException {
        Thread late = Thread.ofVirtual().start(() -> {
            try {
                TimeUnit.SECONDS.sleep(READY_SECONDS);
                p.destroyForcibly();
            } catch (InterruptedException e) {
                // it was ready in time
            }
        });
        try (InputStream ready = p.getInputStream()) {
            if (ready.read() < 0) {
                p.waitFor(END_SECONDS, TimeUnit.SECONDS);
                throw new IOException("slirp4netns does not start: " + said(log));
            }
        } finally {
            late.interrupt();
        }
    }

    private static String said(Path log) {
        try (BufferedReader r = new BufferedReader(new InputStreamReader(Files.newInputStream(log), StandardCharsets.UTF_8))) {
            return r.lines().limit(50).reduce((a, b) -> b).orElse("it says nothing");
        } catch (IOException e) {
            return "it says nothing";
        }
    }

    private Set<String> local() throws IOException {
        Set<String> all = new TreeSet<>(trie("self"));
        all.addAll(trie(Long.toString(process.orElseThrow().pid())));
        return all;
    }

    private static Set<String> trie(String process) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("/proc/" + process + "/net/fib_trie"))) {
            return LocalNetworks.of(new String(in.readNBytes(LARGEST_TRIE), StandardCharsets.US_ASCII));
        }
    }

    private void inside(String line, String input) throws IOException, InterruptedException {
        Tools.run(List.of(Tools.path("nsenter"), "--net=" + namespace(), "/bin/sh", "-c", line), input);
    }

    /** The namespace. */
    public Path namespace() {
        return NAMESPACES.resolve(name);
    }

    /** What the container shall have as {@code /etc/hosts}: the names of the policy. */
    public Path hosts() {
        return files.resolve("hosts");
    }

    /** What the container shall have as {@code /etc/resolv.conf}; empty where names are those of {@link #hosts} alone. */
    public Path resolvers() {
        return files.resolve("resolv.conf");
    }

    /** The command line that what follows it is run with in the namespace. */
    public List<String> entering() throws IOException {
        return List.of(Tools.path("nsenter"), "--net=" + namespace(), "--");
    }

    /** Whether it works still: the process at its other end lives. */
    public boolean works() {
        return process.map(ProcessHandle::isAlive).orElse(false);
    }

    /**
     * Looks once a second whether the host has got other addresses, and rules these out too. To be called at least as often;
     * costs next to nothing in between.
     *
     * @throws IOException when the filter can't be changed: the container has to be ended
     */
    public synchronized void watch() throws IOException, InterruptedException {
        if (closing || System.nanoTime() - lookedNanos < LOOK_NANOS) {
            return;
        }
        lookedNanos = System.nanoTime();
        Set<String> now;
        try {
            now = local();
        } catch (IOException e) {
            return; // its process is about to end, which is seen elsewhere
        }
        if (!now.equals(host)) {
            inside("nft -f -", PacketRules.host(now));
            host = now;
        }
    }

    /** Takes all of it away; what is gone already is no error. */
    @Override
    public void close() {
        closing = true;
        process.ifPresent(GuestNetwork::kill);
        remove(name);
    }

    private static void kill(ProcessHandle p) {
        p.destroyForcibly();
        try {
            p.onExit().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("process " + p.pid() + " of a network does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process at the other end, as it was noted. */
    private static Optional<ProcessHandle> holder(Path files) {
        try {
            String pid = Files.readString(files.resolve(PID)).strip();
            boolean same = pid.matches("[0-9]{1,9}") && Files.readString(Path.of("/proc", pid, "comm")).strip().equals("slirp4netns");
            return same ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes away what is left of networks whose names begin so: of a process that died. Gives their names.
     *
     * @param but which are left alone
     */
    public static List<String> sweep(String prefix, Set<String> but) {
        Set<String> names = new TreeSet<>();
        for (Path d : List.of(NAMESPACES, FILES)) {
            try (Stream<Path> list = Files.list(d)) {
                list.map(p -> p.getFileName().toString()).filter(n -> n.startsWith(prefix) && !but.contains(n)).forEach(names::add);
            } catch (IOException e) {
                // there is none
            }
        }
        names.forEach(GuestNetwork::remove);
        return List.copyOf(names);
    }

    /** Takes away what is left of one network; what is gone already is no error. */
    public static void remove(String name) {
        holder(FILES.resolve(name)).ifPresent(GuestNetwork::kill);
        if (Files.exists(NAMESPACES.resolve(name))) {
            try {
                Tools.run(List.of(Tools.path("ip"), "netns", "delete", name), "");
            } catch (IOException e) {
                System.err.println("the network namespace " + name + " can't be removed: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Path files = FILES.resolve(name);
        for (String f : List.of("hosts", "resolv.conf", PID, "")) {
            try {
                Files.deleteIfExists(files.resolve(f));
            } catch (NoSuchFileException e) {
                // gone
            } catch (IOException e) {
                System.err.println(files + " can't be removed: " + e.getMessage());
            }
        }
    }
}
