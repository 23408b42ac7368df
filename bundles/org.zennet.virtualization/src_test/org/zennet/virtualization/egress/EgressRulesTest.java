package org.zennet.virtualization.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Egress;

class EgressRulesTest {
    /** As a host with a network of its own, a link to everywhere and an address without a network has it. */
    private static final String TRIE = """
            Main:
              +-- 0.0.0.0/0 3 0 5
                 |-- 0.0.0.0
                    /0 universe UNICAST
                    /0 link UNICAST
                 +-- 203.0.113.0/24 2 0 2
                    |-- 203.0.113.0
                       /26 link UNICAST
                 |-- 198.51.100.0
                    /24 universe UNICAST
            Local:
              +-- 0.0.0.0/0 3 0 5
                 +-- 127.0.0.0/8 2 0 2
                    |-- 127.0.0.0
                       /8 host LOCAL
                    |-- 127.0.0.1
                       /32 host LOCAL
                 |-- 203.0.113.9
                    /32 host LOCAL
                 |-- 203.0.113.63
                    /32 link BROADCAST
                 |-- 192.0.2.77
                    /32 host LOCAL
            """;

    private static int at(String table, String line) {
        int i = table.indexOf(line);
        assertTrue(i >= 0, "no '" + line + "' in\n" + table);
        return i;
    }

    @Test
    void whatIsNeverReachedComesBeforeWhatIsAllowed() {
        String t = PacketRules.table(Egress.parse("public,203.0.113.0/24:443"), Map.of(), List.of("9.9.9.9"), Set.of("192.0.2.77"), 1_000_000);
        int allowed = Math.min(at(t, "\nmeta l4proto tcp accept"), at(t, "ip daddr { 203.0.113.0/24 } tcp dport 443 accept"));
        for (String never : List.of("ip daddr @never goto refuse", "ip daddr @host goto refuse", "tcp dport 25 goto refuse", "meta nfproto != ipv4 drop", "limit rate over 100/second")) {
            assertTrue(at(t, never) < allowed, never);
        }
        assertTrue(at(t, "elements = { 192.0.2.77 }") < allowed);
        assertTrue(t.indexOf("goto refuse\n}", allowed) > allowed, "and the rest is refused");
        for (String network : Egress.NEVER) {
            at(t, network);
        }
    }

    @Test
    void namesAreTheAddressesThatTheyHadAtTheStart() {
        String t = PacketRules.table(Egress.parse("example.org:443,example.org:53/udp"), Map.of("example.org", List.of("203.0.113.4", "203.0.113.5")), List.of("9.9.9.9"),
                Set.of(), 1_000_000);
        at(t, "ip daddr { 203.0.113.4, 203.0.113.5 } tcp dport 443 accept");
        at(t, "ip daddr { 203.0.113.4, 203.0.113.5 } udp dport 53 accept");
        assertFalse(t.contains("9.9.9.9"), "nobody needs a name server to reach what is named");
        assertFalse(t.contains("example"));
    }

    @Test
    void aNameThatIsOnTheProvidersOwnNetworkIsRefused() throws IOException {
        Egress policy = Egress.parse("example.org:443");
        Map<String, List<String>> good = Pins.of(policy, n -> new InetAddress[] {InetAddress.ofLiteral("192.168.1.1"), InetAddress.ofLiteral("203.0.113.4"),
            InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("169.254.169.254"), InetAddress.ofLiteral("203.0.113.4")});
        assertEquals(Map.of("example.org", List.of("203.0.113.4")), good);
        for (String bad : List.of("192.168.1.1", "169.254.169.254", "127.0.0.1", "2001:db8::1")) {
            String said = assertThrows(IOException.class, () -> Pins.of(policy, n -> new InetAddress[] {InetAddress.ofLiteral(bad)})).getMessage();
            assertTrue(said.contains("may not reach example.org"), said);
        }
        assertTrue(assertThrows(IOException.class, () -> Pins.of(policy, n -> {
            throw new UnknownHostException(n);
        })).getMessage().contains("can't be resolved"));
        assertEquals(Map.of(), Pins.of(Egress.parse("public,203.0.113.0/24"), n -> {
            throw new UnknownHostException(n);
        }));
    }

    @Test
    void theHostsOwnAddressesAndNetworksAreReadFromItsKernel() {
        assertEquals(Set.of("127.0.0.0/8", "127.0.0.1", "203.0.113.0/26", "203.0.113.9", "203.0.113.63", "192.0.2.77"), LocalNetworks.of(TRIE));
        assertEquals(Set.of(), LocalNetworks.of(""));
        assertEquals("flush set inet zennet host\n", PacketRules.host(Set.of()));
        assertTrue(PacketRules.host(Set.of("192.0.2.77")).endsWith("add element inet zennet host { 192.0.2.77 }\n"));
    }

    @Test
    void bytesAreThoseOfTheDeviceLessTheHeadersThatEachPacketHas() {
        String text = """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:      11       1    0    0    0     0          0         0      12       1    0    0    0     0       0          0
                  tap0: 123456789012     900    0    0    0     0          0         0   456       8    0    0    0     0       0          0
                """;
        assertEquals(Optional.of(new LinkCounters.Moved(123_456_789_012L - 900 * 42, 456 - 8 * 42)), LinkCounters.parse(text, "tap0"));
        assertEquals(Optional.empty(), LinkCounters.parse(text, "tap1"));
        assertEquals(Optional.empty(), LinkCounters.parse("tap0: 1 2", "tap0"));
    }

    @Test
    void anUplinkTakesNoResolverOfTheProvidersOwnNetwork() {
        assertEquals(List.of("9.9.9.9", "1.1.1.1"), Uplink.of("", "9.9.9.9, 1.1.1.1", 0).resolvers());
        assertEquals(Egress.BYTES_PER_SECOND, Uplink.of("", "", Long.MAX_VALUE).rate());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Uplink.of("", "192.168.1.1", 0)).getMessage().contains("192.168.1.1"));
    }
}
