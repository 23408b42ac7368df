package org.zennet.virtualization.sandbox.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A provider's surroundings in network namespaces, without a packet that leaves this machine: a host that connections of
 * guests leave from, with services on all its addresses, and behind it an internet of addresses for examples (RFC 5737), a
 * private network, a network of public addresses that the host belongs to, and a metadata service.
 */
final class FakeInternet implements AutoCloseable {
    /** Of the internet. */
    static final String FAR = "203.0.113.10";
    static final String OTHER = "198.51.100.7";
    /** The host's own. */
    static final List<String> HOST = List.of("192.0.2.2", "192.168.77.1", "198.51.100.129", "203.0.113.200");
    /** Neighbours of the host: the router, a private one, one with a public address. */
    static final List<String> NEIGHBOURS = List.of("192.0.2.1", "192.168.77.9", "198.51.100.130");
    /** Which lead nowhere good. */
    static final List<String> SPECIAL = List.of("169.254.169.254", "10.99.0.5", "100.64.0.5", "172.20.0.5");
    /** Where services listen, on all addresses: among them that of mail. */
    static final int PORT = 8080;

    private final String prefix = "zt" + ProcessHandle.current().pid();
    private final List<Talker> talkers = new ArrayList<>();

    /** What one server process counted. */
    record Counts(long in, long out, long connections, long datagrams) { }

    private static final class Talker {
        private final Process process;
        private final BufferedReader in;
        private final OutputStream out;

        Talker(Process process) {
            this.process = process;
            this.in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
            this.out = process.getOutputStream();
        }

        Counts counts() throws IOException {
            out.write('\n');
            out.flush();
            String[] n = in.readLine().split(" ");
            return new Counts(Long.parseLong(n[0]), Long.parseLong(n[1]), Long.parseLong(n[2]), Long.parseLong(n[3]));
        }
    }

    FakeInternet() throws IOException, InterruptedException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: namespaces of networks need root");
        for (String p : List.of("/usr/bin/slirp4netns", "/usr/sbin/nft", "/usr/sbin/ip")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(p)), "SKIPPED: networks of guests need " + p);
        }
        String h = host();
        String i = internet();
        boolean made = false;
        try {
            run("netns add " + h);
            run("netns add " + i);
            for (String ns : List.of(h, i)) {
                run("-n " + ns + " link set lo up");
            }
            link("wan", "192.0.2.2/24", "192.0.2.1/24");
            link("lan", "192.168.77.1/24", "192.168.77.9/24");
            link("pub", "198.51.100.129/25", "198.51.100.130/25");
            run("-n " + h + " addr add 203.0.113.200/32 dev lo");
            run("-n " + h + " route add default via 192.0.2.1");
            for (String a : List.of(FAR, OTHER, "203.0.113.20", "169.254.169.254", "10.99.0.5", "100.64.0.5", "172.20.0.5")) {
                run("-n " + i + " addr add " + a + "/32 dev lo");
            }
            talkers.add(talker(i));
            talkers.add(talker(h));
            made = true;
        } finally {
            if (!made) {
                close();
            }
        }
    }

    private void link(String name, String here, String there) throws IOException, InterruptedException {
        run("link add name " + name + " netns " + host() + " type veth peer name " + name + " netns " + internet());
        run("-n " + host() + " addr add " + here + " dev " + name);
        run("-n " + internet() + " addr add " + there + " dev " + name);
        run("-n " + host() + " link set " + name + " up");
        run("-n " + internet() + " link set " + name + " up");
    }

    private static Talker talker(String ns) throws IOException {
        Process p = new ProcessBuilder("nsenter", "--net=/run/netns/" + ns, Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp", System.getProperty("java.class.path"), Services.class.getName(),
                Integer.toString(PORT), "25", "53", "443", "22").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Talker t = new Talker(p);
        t.counts(); // it listens
        return t;
    }

    String host() {
        return prefix + "h";
    }

    String internet() {
        return prefix + "i";
    }

    /** Where guests' connections leave from. */
    Path uplink() {
        return Path.of("/run/netns", host());
    }

    /** What servers of the internet, and neighbours of the host, have counted. */
    Counts outside() throws IOException {
        return talkers.get(0).counts();
    }

    /** What the host's own services have counted. */
    Counts services() throws IOException {
        return talkers.get(1).counts();
    }

    /** Gives the host another address. */
    void address(String address, String device) throws IOException, InterruptedException {
        run("-n " + host() + " addr add " + address + " dev " + device);
    }

    /** Starts a program of this machine on the internet. */
    Process server(String... command) throws IOException {
        List<String> c = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + internet()));
        c.addAll(List.of(command));
        return new ProcessBuilder(c).redirectErrorStream(true).start();
    }

    private static void run(String line) throws IOException, InterruptedException {
        List<String> c = new ArrayList<>(List.of("/usr/sbin/ip"));
        c.addAll(List.of(line.split(" ")));
        Process p = new ProcessBuilder(c).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!p.waitFor(10, TimeUnit.SECONDS) || p.exitValue() != 0) {
            throw new IOException("ip " + line + ": " + said);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Talker t : talkers) {
            t.process.destroyForcibly().waitFor();
        }
        for (String ns : List.of(host(), internet())) {
            if (Files.exists(Path.of("/run/netns", ns))) {
                run("netns delete " + ns);
            }
        }
    }
}
