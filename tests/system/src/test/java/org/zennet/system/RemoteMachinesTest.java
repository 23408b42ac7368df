package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers seen from elsewhere through a real sshd. */
class RemoteMachinesTest {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    @Test
    void theEarningsOfSeveralMachinesComeOverSshByMachineAndDay() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "machines are asked over ssh with './zennet test --full'");
        assumeTrue(Files.isExecutable(SSHD) && Hosts.run("id", "-u").strip().equals("0"), "needs root and " + SSHD + ": apt-get install openssh-server");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process sshd = sshd(port);
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "node", "start");
            market.start("miner", "miner", "start");
            market.start("one", "provider", "start");
            market.start("two", "provider", "start");
            for (String name : new String[] {"node", "miner", "one", "two"}) {
                market.awaitUp(name);
            }
            Zennet.Result job = Zennet.run(LONG, "job", "submit", "--json", "--faucet", "--join", market.join(), "--data", market.data("publisher").toString(),
                    "--results", directory.resolve("r").toString(), Zennet.ROOT.resolve("examples/folding/job.yaml").toString());
            assertEquals(0, job.code(), job.err());

            String one = "ssh://root@127.0.0.1:" + port + market.data("one");
            String two = "ssh://root@127.0.0.1:" + port + market.data("two");
            Zennet.Result csv = Zennet.run(LONG, ssh(port), "provider", "earnings", "--csv", "--connect", one, "--connect", two);
            assertEquals(0, csv.code(), csv.err());
            List<String> lines = csv.out().lines().toList();
            assertEquals("machine,day,leases,tasks,earned_xen", lines.get(0));
            assertEquals(3, lines.size(), csv.out());
            assertTrue(lines.get(1).matches("\\Q" + one + "\\E,[0-9]{4}-[0-9]{2}-[0-9]{2},1,[0-9]+,[0-9.]+"), csv.out());
            assertTrue(lines.get(2).startsWith(two + ","), csv.out());
            JsonNode own = market.ask("one", "provider", "earnings");
            assertEquals(new java.math.BigDecimal(lines.get(1).split(",")[4]), java.math.BigDecimal.valueOf(own.path(0).path("earned").asLong(), 8).stripTrailingZeros(),
                    "the same as it says itself");

            Zennet.Result stranger = Zennet.run(LONG, List.of("env", "ZENNET_SSH=ssh -F /dev/null -i /dev/null -o StrictHostKeyChecking=yes -o UserKnownHostsFile="
                    + directory.resolve("nobody")), "provider", "earnings", "--connect", one);
            assertEquals(1, stranger.code());
            assertTrue(stranger.err().contains("Host key verification failed") && stranger.err().contains("log in once by hand"), stranger.err());
            Zennet.assertOneLine(stranger);
            Zennet.Result empty = Zennet.run(LONG, ssh(port), "provider", "earnings", "--connect", "ssh://root@127.0.0.1:" + port + directory.resolve("nothing"));
            assertTrue(empty.err().contains("no Zennet process runs there in " + directory.resolve("nothing")), empty.err());
        } finally {
            sshd.destroy();
            sshd.waitFor();
        }
    }

    private Process sshd(int port) throws Exception {
        for (String key : new String[] {"host", "user"}) {
            Hosts.check("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory.resolve(key).toString());
        }
        Files.createDirectories(Path.of("/run/sshd"));
        Files.writeString(directory.resolve("known"), "[127.0.0.1]:" + port + " " + Files.readString(directory.resolve("host.pub")));
        Path config = Files.writeString(directory.resolve("sshd_config"), "Port " + port + "\nListenAddress 127.0.0.1\nHostKey " + directory.resolve("host")
                + "\nAuthorizedKeysFile " + directory.resolve("user.pub") + "\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
                + "PidFile none\n");
        Process p = new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", config.toString()).redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).redirectOutput(directory.resolve("sshd.log").toFile()).start();
        Zennet.await("sshd listens", Duration.ofSeconds(20), () -> {
            if (!p.isAlive()) {
                throw new AssertionError(MarketProcesses.text(directory.resolve("sshd.log")));
            }
            return MarketProcesses.text(directory.resolve("sshd.log")).contains("Server listening");
        });
        return p;
    }

    private List<String> ssh(int port) {
        return List.of("env", "ZENNET_SSH=ssh -F /dev/null -i " + directory.resolve("user") + " -o IdentitiesOnly=yes -o UserKnownHostsFile="
                + directory.resolve("known"));
    }
}
