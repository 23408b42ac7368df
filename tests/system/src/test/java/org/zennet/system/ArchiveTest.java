package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is handed out: it earns in the root of a bare Debian without Java, and its recipes work. */
class ArchiveTest {
    private static final Duration LONG = Duration.ofMinutes(6);
    private static final Duration SHORT = Duration.ofMinutes(3);
    private final List<Process> running = new ArrayList<>();
    private Hosts hosts;

    @TempDir
    Path directory;

    @BeforeEach
    void makeHosts() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "the archive is unpacked elsewhere with './zennet test --full'");
        assumeTrue(Hosts.succeeds("sh", "-c", "command -v mmdebstrap"), "no mmdebstrap here: apt-get install mmdebstrap");
        hosts = new Hosts(3);
    }

    @AfterEach
    void end() throws Exception {
        running.forEach(Process::destroy);
        for (Process p : running) {
            if (!p.waitFor(15, java.util.concurrent.TimeUnit.SECONDS)) {
                p.destroyForcibly();
            }
        }
        MarketProcesses.endStrays(directory);
        // what has the bare root as its own names no directory of this test
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            for (ProcessHandle h : all.filter(this::insideRoot).toList()) {
                h.destroyForcibly();
                h.onExit().get(10, java.util.concurrent.TimeUnit.SECONDS);
            }
        }
        // an engine leaves its network's name space mounted
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts")).reversed()) {
            String place = line.split(" ")[1];
            if (place.startsWith(directory + "/")) {
                Hosts.succeeds("umount", "-l", place);
            }
        }
        if (hosts != null) {
            hosts.close();
        }
    }

    @Test
    void anUnpackedArchiveEarnsOnAMachineWithoutJavaAndPaysAnAddressWhoseKeyIsElsewhere() throws Exception {
        Path root = directory.resolve("root");
        bareDebian(root);
        Path archive = archive();
        Hosts.check("tar", "-C", Files.createDirectories(root.resolve("opt")).toString(), "-xzf", archive.toString());
        String home = "/opt/" + archive.getFileName().toString().replace(".tar.gz", "");
        assertNothingOfADesktop(root.resolve(home.substring(1)));

        Zennet.Result made = Zennet.run(SHORT, hosts.on(1), "network", "new", "--network", "net", "--listen", Hosts.address(1) + ":41001", "--data",
                directory.resolve("first").toString());
        assertEquals(0, made.code(), made.err());
        String join = made.out().strip();
        start(Zennet.start(log("node"), hosts.on(1), "node", "start", "--data", directory.resolve("first").toString()));
        start(Zennet.start(log("miner"), hosts.on(1), "miner", "start", "--join", join, "--data", directory.resolve("miner").toString()));
        start(Zennet.start(log("other"), hosts.on(1), "provider", "start", "--join", join, "--data", directory.resolve("other").toString()));
        for (String name : List.of("node", "miner", "other")) {
            up(name);
        }
        String payout = Zennet.run(SHORT, "wallet", "address", "--json", "--data", directory.resolve("first").toString()).json().path("address").asText();
        start(new ProcessBuilder(inside(root, home, "provider", "start", "--join", join, "--payout", payout)).redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).redirectOutput(log("bare").toFile()).start());
        up("bare");

        Path data = Files.createDirectory(directory.resolve("publisher"));
        Zennet.Result job = Zennet.run(LONG, hosts.on(3), "job", "submit", "--json", "--faucet", "--join", join, "--data", data.toString(), "--results",
                data.resolve("result").toString(), Zennet.ROOT.resolve("examples/folding/job.yaml").toString());
        assertEquals(0, job.code(), job.err() + job.out() + MarketProcesses.text(log("bare")));
        JsonNode leases = ask(root, home, "provider", "leases");
        long paid = leases.path(0).path("paid").asLong();
        assertTrue(paid > 0 && leases.path(0).path("tasks").asInt() > 0, "it earned: " + leases);
        Zennet.await("what it earned is at the address", SHORT, () -> {
            try {
                return Zennet.run(SHORT, "wallet", "balance", "--json", "--data", directory.resolve("first").toString()).json().path("available").asLong() > 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        long arrived = Zennet.run(SHORT, "wallet", "balance", "--json", "--data", directory.resolve("first").toString()).json().path("available").asLong();
        assertTrue(arrived <= paid && arrived > paid / 2, "what arrived is what was paid without the fee of the settlement: " + arrived + " of " + paid);
        assertEquals(0, ask(root, home, "wallet", "balance").path("available").asLong(), "nothing of it stays on the machine");
    }

    @Test
    void theRecipesForASystemdUnitAndAContainerImageWorkWithTheArchive() throws Exception {
        Path unpacked = Files.createDirectories(directory.resolve("opt"));
        Hosts.check("tar", "-C", unpacked.toString(), "--strip-components=1", "-xzf", archive().toString());
        Path unit = directory.resolve("zennet-provider.service");
        Files.writeString(unit, Files.readString(unpacked.resolve("service/zennet-provider.service")).replace("/opt/zennet/", unpacked + "/")
                .replace("User=zennet", "User=root"));
        assumeTrue(Hosts.succeeds("sh", "-c", "command -v systemd-analyze && command -v dockerd"), "needs systemd-analyze and dockerd");
        assertEquals("", Hosts.run("systemd-analyze", "verify", unit.toString()).strip(), "systemd finds nothing to complain about");

        bareDebian(directory.resolve("root"));
        String socket = "unix://" + directory.resolve("d.sock");
        start(new ProcessBuilder("dockerd", "-H", socket, "--data-root", directory.resolve("docker").toString(), "--exec-root", directory.resolve("exec").toString(),
                "--pidfile", directory.resolve("d.pid").toString(), "--bridge=none", "--iptables=false", "--ip6tables=false").redirectErrorStream(true)
                .redirectOutput(log("dockerd").toFile()).start());
        Zennet.await("the engine answers", SHORT, () -> {
            try {
                return Hosts.succeeds("docker", "-H", socket, "version");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        Hosts.check("sh", "-c", "tar -C " + directory.resolve("root") + " -c . | docker -H " + socket + " import - bare");
        Hosts.check("sh", "-c", "DOCKER_BUILDKIT=0 docker -H " + socket + " build --network none --build-arg BASE=bare -f " + unpacked
                + "/service/Containerfile -t zennet-provider " + unpacked);

        Zennet.Result made = Zennet.run(SHORT, "network", "new", "--network", "net", "--data", directory.resolve("first").toString());
        start(Zennet.start(log("node"), List.of(), "node", "start", "--data", directory.resolve("first").toString()));
        start(Zennet.start(log("miner"), List.of(), "miner", "start", "--join", made.out().strip(), "--data", directory.resolve("miner").toString()));
        up("node");
        up("miner");
        Hosts.check("docker", "-H", socket, "run", "-d", "--name", "provider", "--network", "host", "zennet-provider", "provider", "start", "--join", made.out().strip());
        Zennet.await("the provider in the container is up and well", SHORT, () -> {
            try {
                return Hosts.succeeds("docker", "-H", socket, "exec", "provider", "/opt/zennet/zennet", "health");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertEquals("10001", Hosts.run("docker", "-H", socket, "exec", "provider", "stat", "-c", "%u", "/data/").strip());
        Hosts.check("docker", "-H", socket, "stop", "-t", "60", "provider");
        String code = Hosts.run("docker", "-H", socket, "inspect", "-f", "{{.State.ExitCode}}", "provider").strip();
        assertTrue(code.equals("0") || code.equals("143"), "it ended by itself, not by a kill: " + code);
        Hosts.check("docker", "-H", socket, "rm", "-v", "provider");
    }

    private boolean insideRoot(ProcessHandle h) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(h.pid()), "root")).startsWith(directory);
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private void bareDebian(Path root) throws Exception {
        String suite = Hosts.run("sh", "-c", ". /etc/os-release && echo $VERSION_CODENAME").strip();
        List<String> command = new ArrayList<>(List.of("mmdebstrap", "--quiet", "--variant=essential", suite, root.toString()));
        // the mirrors of this machine
        try (Stream<Path> lists = Stream.concat(Stream.of(Path.of("/etc/apt/sources.list")), Files.exists(Path.of("/etc/apt/sources.list.d"))
                ? Files.list(Path.of("/etc/apt/sources.list.d")) : Stream.empty())) {
            lists.filter(p -> p.toString().matches(".*(sources\\.list|debian.*\\.(list|sources))") && Files.exists(p)).map(Path::toString).forEach(command::add);
        }
        Zennet.Result r = Zennet.execute(LONG, command);
        assumeTrue(r.code() == 0, "no bare Debian could be made: " + r.err().lines().reduce((a, b) -> b).orElse(""));
        Hosts.check("sh", "-c", "! find " + root + " -name 'java*' -type f -perm -1 | grep .");
    }

    private Path archive() throws Exception {
        Zennet.Result r = Zennet.execute(SHORT, List.of(Zennet.ROOT.resolve("releng/archive.sh").toString(), System.getProperty("zennet.product"),
                System.getProperty("java.home"), directory.resolve("archives").toString()));
        assertEquals(0, r.code(), r.err());
        return Path.of(r.out().strip());
    }

    private static void assertNothingOfADesktop(Path home) throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            List<String> desktop = files.map(p -> p.getFileName().toString()).filter(n -> n.matches("(?i).*(\\.swt|eclipse\\.ui|jface|workbench_).*")).toList();
            assertEquals(List.of(), desktop);
        }
    }

    /** A command of the archive, on the second host, with the bare root as its whole file system. */
    private List<String> inside(Path root, String home, String... words) {
        List<String> all = new ArrayList<>(hosts.on(2));
        all.addAll(List.of("unshare", "--mount", "sh", "-c", "mount -t proc proc " + root + "/proc && exec chroot " + root
                + " env -i PATH=/usr/bin:/bin HOME=/root " + home + "/zennet \"$@\"", "sh"));
        all.addAll(List.of(words));
        return all;
    }

    private JsonNode ask(Path root, String home, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--json");
        Zennet.Result r = Zennet.execute(SHORT, inside(root, home, all.toArray(String[]::new)));
        assertEquals(0, r.code(), r.err());
        return r.json();
    }

    private void start(Process process) {
        running.add(process);
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private void up(String name) throws Exception {
        Zennet.await(name + " is up", SHORT, () -> {
            if (running.stream().anyMatch(p -> !p.isAlive())) {
                throw new AssertionError("a process ended; " + name + ": " + MarketProcesses.text(log(name)));
            }
            return MarketProcesses.text(log(name)).contains(" is up: ");
        });
    }
}
