package org.zennet.headless.internal.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.zennet.api.value.Counter;

/**
 * What containers with a network are measured against: a host and behind it a server, both in network namespaces of this machine, so that no
 * packet leaves it. The server counts what comes and goes.
 */
final class NetworkGround implements AutoCloseable {
    /** Programs that {@code network.sh} knows. */
    static final List<String> PROGRAMS = List.of("curl", "wget", "busybox", "python3", "curl-put", "nc", "bash", "perl");
    /** How many bytes each moves. */
    static final long BYTES = 20_000_000;
    /** The server's, of a network for examples (RFC 5737). */
    static final String ADDRESS = "203.0.113.10";
    /** Where it listens. */
    static final int PORT = 8080;
    private static final String IP = "/usr/sbin/ip";
    private static final int SECONDS = 10;

    private final String host = "zennet-perf-host-" + ProcessHandle.current().pid();
    private final String internet = "zennet-perf-far-" + ProcessHandle.current().pid();
    private Optional<Process> server = Optional.empty();
    private BufferedReader told;

    private NetworkGround() { }

    /** Made, or the reason why that can't be here. */
    static NetworkGround make(Path directory) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name")) || !Files.isExecutable(Path.of(IP))) {
            throw new IOException("network namespaces need root and the package iproute2");
        }
        NetworkGround g = new NetworkGround();
        boolean good = false;
        try {
            g.build(directory);
            good = true;
            return g;
        } finally {
            if (!good) {
                g.close();
            }
        }
    }

    private void build(Path directory) throws IOException, InterruptedException {
        for (String ns : List.of(host, internet)) {
            ip("netns", "add", ns);
            ip("-n", ns, "link", "set", "lo", "up");
        }
        ip("link", "add", "name", "wan", "netns", host, "type", "veth", "peer", "name", "wan", "netns", internet);
        ip("-n", host, "addr", "add", "192.0.2.2/24", "dev", "wan");
        ip("-n", internet, "addr", "add", "192.0.2.1/24", "dev", "wan");
        ip("-n", internet, "addr", "add", ADDRESS + "/32", "dev", "lo");
        ip("-n", host, "link", "set", "wan", "up");
        ip("-n", internet, "link", "set", "wan", "up");
        ip("-n", host, "route", "add", "default", "via", "192.0.2.1");
        Path program = Files.write(directory.resolve("network.pl"), resource("network.pl"));
        Process p = new ProcessBuilder("nsenter", "--net=/run/netns/" + internet, "perl", program.toString(), Integer.toString(PORT))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        server = Optional.of(p);
        told = p.inputReader(StandardCharsets.US_ASCII);
        if (told.readLine() == null) {
            throw new IOException("the server of the network does not start");
        }
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = NetworkGround.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing in this product");
            }
            return in.readAllBytes();
        }
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        List<String> c = new ArrayList<>(List.of(IP));
        c.addAll(List.of(words));
        Process p = new ProcessBuilder(c).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readNBytes(1000), StandardCharsets.UTF_8).strip();
        if (!p.waitFor(SECONDS, TimeUnit.SECONDS) || p.exitValue() != 0) {
            p.destroyForcibly();
            throw new IOException("ip " + String.join(" ", words) + ": " + said);
        }
    }

    /** The namespace that connections of containers leave from. */
    Path uplink() {
        return Path.of("/run/netns", host);
    }

    /** What the newest connection moved, once it is over: the direction that the program was about. Waits for it. */
    MeterTruth truth() throws IOException {
        String line = told.readLine();
        if (line == null || !line.matches("[0-9]{1,18} [0-9]{1,18}")) {
            throw new IOException("the server of the network ended");
        }
        long in = Long.parseLong(line.substring(0, line.indexOf(' ')));
        long out = Long.parseLong(line.substring(line.indexOf(' ') + 1));
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        counts.put(in > out ? Counter.NETWORK_OUT : Counter.NETWORK_IN, Math.max(in, out));
        return new MeterTruth(counts);
    }

    /** Whatever else was told of connections until now is of no account. */
    void forget() throws IOException {
        while (told.ready()) {
            told.readLine();
        }
    }

    @Override
    public void close() {
        server.ifPresent(Process::destroyForcibly);
        for (String ns : List.of(host, internet)) {
            try {
                if (Files.exists(Path.of("/run/netns", ns))) {
                    ip("netns", "delete", ns);
                }
            } catch (IOException e) {
                org.slf4j.LoggerFactory.getLogger(NetworkGround.class).warn("a namespace is left: {}", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
