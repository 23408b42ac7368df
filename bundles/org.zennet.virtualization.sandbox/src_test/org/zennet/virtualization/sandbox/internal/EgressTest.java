package org.zennet.virtualization.sandbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Egress;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/** Guests with a network, in surroundings of namespaces. */
class EgressTest {
    private static FakeInternet world;

    @TempDir
    private static Path directory;
    private static Sandboxes sandboxes;

    @BeforeAll
    static void build() throws Exception {
        world = new FakeInternet();
        sandboxes = new Sandboxes(directory, Map.of("uplink", world.uplink().toString(), "resolvers", FakeInternet.OTHER));
    }

    @AfterAll
    static void tearDown() throws Exception {
        if (sandboxes != null) {
            sandboxes.close();
        }
        if (world != null) {
            world.close();
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (Container c : sandboxes.backend.survivors()) {
            c.stop();
        }
        assertEquals(List.of(), networks(), "networks are left");
    }

    private static List<String> networks() throws IOException {
        List<String> all = new ArrayList<>();
        for (String d : List.of("/run/netns", "/run/zennet-net")) {
            if (Files.isDirectory(Path.of(d))) {
                try (Stream<Path> list = Files.list(Path.of(d))) {
                    list.map(p -> p.getFileName().toString()).filter(n -> n.contains("-lease-")).forEach(all::add);
                }
            }
        }
        return all;
    }

    private static String run(Container c, String line) throws Exception {
        Outcome o = c.run(Sandboxes.task("t" + System.nanoTime(), line));
        return Sandboxes.out(o) + Sandboxes.err(o) + (o.reason() == Outcome.Reason.EXITED ? o.exitCode() : o.detail());
    }

    private static String comm(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Which of these addresses a guest can connect to. */
    private static String reached(Container c, List<String> addresses, int port) throws Exception {
        return run(c, "exec bash -c 'for a in " + String.join(" ", addresses) + "; do (exec 3<>/dev/tcp/$a/" + port + ") 2>/dev/null && echo $a; done; exit 0'");
    }

    @Test
    void aNodeThatCanHoldGuestsWithANetworkSellsThem() throws Exception {
        Capabilities c = sandboxes.backend.probe();
        assertTrue(c.features().contains(Capabilities.EGRESS), c.notes());
    }

    @Test
    void aGuestReachesWhatItsContractNamesAndNothingElse() throws Exception {
        Container c = sandboxes.start(Egress.parse(FakeInternet.FAR + ":" + FakeInternet.PORT));
        assertEquals("2000000\n0", run(c, "curl -sS http://" + FakeInternet.FAR + ":8080/2000000 | wc -c"));
        assertEquals("0", reached(c, List.of(FakeInternet.FAR), 443), "another port");
        assertEquals("0", reached(c, List.of(FakeInternet.OTHER, "203.0.113.20"), FakeInternet.PORT), "another address");
    }

    @Test
    void aGuestThatMayReachEveryAddressReachesNoneOfTheHostsOrItsNeighbours() throws Exception {
        FakeInternet.Counts before = world.services();
        Container c = sandboxes.start(Egress.parse("public"));
        assertEquals(FakeInternet.FAR + "\n" + FakeInternet.OTHER + "\n0", reached(c, List.of(FakeInternet.FAR, FakeInternet.OTHER), FakeInternet.PORT));
        assertEquals("0", reached(c, FakeInternet.HOST, FakeInternet.PORT));
        assertEquals("0", reached(c, FakeInternet.NEIGHBOURS, FakeInternet.PORT));
        assertEquals("0", reached(c, FakeInternet.SPECIAL, FakeInternet.PORT));
        assertEquals("0", reached(c, List.of("10.0.2.2", "10.0.2.3", "127.0.0.1", "0.0.0.0"), FakeInternet.PORT));
        assertEquals("0", reached(c, List.of(FakeInternet.FAR), Egress.SMTP), "mail");
        assertEquals(before, world.services(), "the host's services saw nothing");
    }

    @Test
    void anAddressThatTheHostGetsLaterIsOutOfReachToo() throws Exception {
        Container c = sandboxes.start(Egress.parse("public"));
        assertEquals("203.0.113.20\n0", reached(c, List.of("203.0.113.20"), FakeInternet.PORT));
        world.address("203.0.113.20/32", "lo");
        try {
            long deadline = System.nanoTime() + 10_000_000_000L;
            String seen = "";
            while (!seen.equals("0") && System.nanoTime() < deadline) {
                seen = reached(c, List.of("203.0.113.20"), FakeInternet.PORT);
            }
            assertEquals("0", seen);
        } finally {
            new ProcessBuilder("ip", "-n", world.host(), "addr", "del", "203.0.113.20/32", "dev", "lo").start().waitFor();
        }
    }

    @Test
    void aGuestCantSendWhatItsContractHasNoWordFor() throws Exception {
        Container c = sandboxes.start(Egress.parse("public"));
        long seen = world.outside().datagrams();
        String perl = "exec perl -MSocket=:all -e '";
        assertEquals("Operation not permitted0", run(c, perl + "socket(S, AF_INET, SOCK_RAW, 1) or print \"$!\"'"), "raw packets");
        assertEquals("0", run(c, perl + "socket(S, 17, SOCK_RAW, 0) and print \"packets of the device\"'"));
        assertEquals("0", run(c, perl + "socket(S, AF_INET6, SOCK_STREAM, 6) and connect(S, pack_sockaddr_in6(8080, inet_pton(AF_INET6, \"fe80::1\"), 2))"
                + " and print \"link-local\"'"), "IPv6");
        assertEquals("no IPv6\n0", run(c, "grep tap0 /proc/net/if_inet6 || echo no IPv6"));
        assertEquals("0", run(c, perl + "socket(S, AF_INET, SOCK_DGRAM, 17); setsockopt(S, SOL_SOCKET, SO_BROADCAST, 1);"
                + "for (qw(255.255.255.255 10.0.2.255 239.1.1.1 192.168.77.9 169.254.169.254 203.0.113.200))"
                + " { print \"$_ \" if send(S, \"x\", 0, pack_sockaddr_in(8080, inet_aton($_))) }'"), "datagrams to where none may go");
        assertEquals("0", run(c, "for d in /sys/class/net /proc/sys/net/ipv4/ip_forward /run/netns /dev/net/tun; do [ ! -w $d ] || echo $d; done"));
        assertEquals(seen, world.outside().datagrams());
    }

    @Test
    void namesAreThoseOfTheContractAndWhatTheyMeanLaterChangesNothing() throws Exception {
        Outcome o;
        Container none = sandboxes.start();
        o = none.run(Sandboxes.task("n", "cat /proc/net/dev | grep -c tap; cat /etc/resolv.conf; exec bash -c ': 3<>/dev/tcp/" + FakeInternet.FAR + "/8080'"));
        assertTrue(Sandboxes.out(o).startsWith("0\n") && o.exitCode() != 0, "without a contract there is no network: " + Sandboxes.out(o));
        none.stop();
        Container c = sandboxes.start(Egress.parse("public"));
        assertEquals("nameserver " + FakeInternet.OTHER + "\n0", run(c, "cat /etc/resolv.conf"));
        // a name that now means the provider's own network leads there as little as the address itself
        assertEquals("0", run(c, "curl -s -m 5 -o /dev/null --resolve rebind.example:8080:192.168.77.9 http://rebind.example:8080/10 && echo reached; exit 0"));
        assertEquals("0", run(c, "curl -s -m 5 -o /dev/null --resolve rebind.example:8080:127.0.0.1 http://rebind.example:8080/10 && echo reached; exit 0"));
        c.stop();
        ContainerException e = assertThrows(ContainerException.class, () -> sandboxes.start(Egress.parse("localhost.localdomain.invalid:80")));
        assertTrue(e.getMessage().contains("can't be resolved"), e.getMessage());
    }

    @Test
    void neighboursDontSeeEachOther() throws Exception {
        Container a = sandboxes.start(Egress.parse("public"));
        Container b = sandboxes.start(Egress.parse("public"));
        GuestProcess server = b.exec(new ExecSpec(List.of("perl", "-MIO::Socket::INET", "-e",
                "$s = IO::Socket::INET->new(Listen => 5, LocalPort => 9000); print \"up\\n\"; $| = 1; $s->accept"), Map.of(), Optional.empty()));
        assertEquals("0", reached(a, List.of("10.0.2.100", "10.0.2.2", "10.0.2.101"), 9000));
        assertEquals("0", reached(a, FakeInternet.HOST, 9000));
        server.close();
    }

    @Test
    void aFloodIsHeldToTheRateAndHarmsNobody() throws Exception {
        Sandboxes.longTier();
        Container c = sandboxes.start(Egress.parse("public"));
        UsageVector before = c.usage();
        long began = System.nanoTime();
        assertEquals("0", run(c, "exec perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 17); $to = pack_sockaddr_in(8080, inet_aton(\"" + FakeInternet.FAR
                + "\")); $end = time + 2; while (time < $end) { send(S, \"x\" x 1400, 0, $to) for 1..100 }'"));
        assertEquals("0", run(c, "exec bash -c 'for i in $(seq 150); do (exec 3<>/dev/tcp/" + FakeInternet.FAR + "/8080) 2>/dev/null & done; wait; exit 0'"));
        double seconds = (System.nanoTime() - began) / 1e9;
        long out = c.usage().since(before).get(Counter.NETWORK_OUT);
        assertTrue(out <= Egress.BYTES_PER_SECOND * (seconds + 1), out + " B in " + seconds + " s");
        long again = System.nanoTime();
        assertEquals("100\n0", run(c, "curl -sS http://" + FakeInternet.FAR + ":8080/100 | wc -c"));
        assertTrue(System.nanoTime() - again < 10_000_000_000L);
    }

    @Test
    void aContainerWhoseNetworkBreaksEndsWithTheReason() throws Exception {
        Container c = sandboxes.start(Egress.parse("public"));
        long pid = holder(directory);
        assertTrue(Files.readString(Path.of("/proc/" + pid + "/status")).matches("(?s).*Uid:\t200[0-9]+\t200[0-9]+\t200[0-9]+\t.*"), "its user is the lease's");
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        for (long deadline = System.nanoTime() + 10_000_000_000L; c.ended().isEmpty() && System.nanoTime() < deadline;) {
            Thread.onSpinWait();
        }
        assertTrue(c.ended().orElse("").contains("its network ended"), c.ended().toString());
    }

    private static long holder(Path of) {
        return ProcessHandle.allProcesses().filter(p -> comm(p.pid()).equals("slirp4netns")
                && p.parent().flatMap(q -> q.info().commandLine()).orElse("").contains(of.toString())).findFirst().orElseThrow().pid();
    }

    @Test
    void whatAKilledKeeperLeavesTheNextOneTakesAway(@TempDir Path own) throws Exception {
        try (Sandboxes killed = new Sandboxes(own, Map.of("uplink", world.uplink().toString()))) {
            killed.start(Egress.parse("public"));
            ProcessHandle slirp = ProcessHandle.of(holder(own)).orElseThrow();
            slirp.parent().orElseThrow().destroyForcibly();
            slirp.onExit().get(10, TimeUnit.SECONDS);
            killed.backend.survivors();
            assertEquals(List.of(), networks());
        }
    }

    /** What the other side has counted, once it has counted all of so many bytes. */
    private static FakeInternet.Counts after(FakeInternet.Counts before, long moved) throws Exception {
        FakeInternet.Counts now = world.outside();
        for (long deadline = System.nanoTime() + 10_000_000_000L; System.nanoTime() < deadline
                && now.in() - before.in() + now.out() - before.out() < moved; now = world.outside()) {
            Thread.onSpinWait();
        }
        return now;
    }

    @Test
    void whatMovesIsCountedWithinTwoPercentOfWhatTheOtherSideSaw() throws Exception {
        Container c = sandboxes.start(Egress.parse("public"));
        String far = FakeInternet.FAR + " " + FakeInternet.PORT;
        String url = "http://" + FakeInternet.FAR + ":" + FakeInternet.PORT;
        for (String line : List.of("curl -sS -o /dev/null " + url + "/5000000", "wget -q -O /dev/null " + url + "/5000000",
                "head -c 5000000 /dev/zero | nc -N " + far, "head -c 5000000 /dev/zero >f && curl -sS -T f " + url + "/",
                "exec bash -c 'head -c 5000000 /dev/zero >/dev/tcp/" + FakeInternet.FAR + "/" + FakeInternet.PORT + "'",
                "exec perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(\"" + FakeInternet.FAR + ":8080\"); print $s \"x\" x 5000000; close $s'")) {
            FakeInternet.Counts before = world.outside();
            UsageVector metered = c.usage();
            assertEquals("0", run(c, line), line);
            FakeInternet.Counts after = after(before, 5_000_000);
            UsageVector used = c.usage().since(metered);
            long in = after.out() - before.out();
            long out = after.in() - before.in();
            assertTrue(Math.max(in, out) >= 5_000_000, line + " moved " + after);
            long most = Math.max(in, out);
            assertEquals(most, used.get(in > out ? Counter.NETWORK_IN : Counter.NETWORK_OUT), 0.02 * most, line);
            assertTrue(used.get(in > out ? Counter.NETWORK_OUT : Counter.NETWORK_IN) < 0.01 * most, "what acknowledges: " + used);
        }
    }
}
