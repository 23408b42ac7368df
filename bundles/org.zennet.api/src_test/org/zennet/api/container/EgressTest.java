package org.zennet.api.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EgressTest {
    private static void refused(String text, String why) {
        String said = assertThrows(IllegalArgumentException.class, () -> Egress.parse(text)).getMessage();
        assertTrue(said.contains(why), said);
    }

    private static String beyond(String wanted, String allowed) {
        return Egress.parse(wanted).beyond(Egress.parse(allowed)).map(Egress.Rule::toString).orElse("");
    }

    @Test
    void everyWayToWriteAPolicyHasOneForm() {
        assertEquals("none", Egress.parse("").toString());
        assertEquals("none", Egress.parse(" none ").toString());
        assertEquals("public", Egress.parse("0.0.0.0/0").toString());
        assertEquals("198.51.100.7:22,example.org:443,public:53/udp",
                Egress.parse(" Public:53/UDP, example.org:443/tcp ,198.51.100.7/32:22-22, example.org:443").toString());
        assertEquals("203.0.113.0/24", Egress.parse("203.0.113.0/24").toString());
        assertEquals("203.0.113.0/24/udp", Egress.parse("203.0.113.0/24/udp").toString());
        for (String text : List.of("none", "public", "198.51.100.7:22,example.org:443,public:53/udp", "203.0.113.0/24:1000-2000/udp")) {
            assertEquals(text, Egress.parse(text).toString());
        }
    }

    @Test
    void whatIsNoDestinationIsRefusedWithTheReason() {
        refused("http://example.org", "is no destination");
        refused("example", "neither 'public' nor");
        refused("*.example.org:443", "is no destination");
        refused("exam_ple.org", "is no destination");
        refused("203.0.113.5/24", "write 203.0.113.0/24");
        refused("203.0.113.256", "is no address");
        refused("203.0.113.0/33", "0 to 32 bits");
        refused("203.0.113.01", "is no address");
        refused("[2001:db8::1]:443", "is no destination");
        refused("example.org:0", "between 1 and 65535");
        refused("example.org:70000", "between 1 and 65535");
        refused("example.org:90-80", "the first before the last");
        refused("public,,example.org", "is no destination");
        refused(String.join(",", Collections.nCopies(400, "example.org")), "at most 1000 characters");
        StringBuilder many = new StringBuilder("public:1");
        for (int i = 2; i <= 17; i++) {
            many.append(",public:").append(i);
        }
        refused(many.toString(), "at most 16");
    }

    @Test
    void whatNoContainerMayReachCantBeNamed() {
        refused("10.1.2.3:80", "10.0.0.0/8");
        refused("169.254.169.254", "169.254.0.0/16");
        refused("192.168.0.0/16", "192.168.0.0/16");
        refused("127.0.0.1:5432", "127.0.0.0/8");
        refused("100.64.0.1", "100.64.0.0/10");
        refused("239.1.1.1", "224.0.0.0/3");
        refused("mail.example.org:25", "port 25");
        assertEquals("mail.example.org:587", Egress.parse("mail.example.org:587").toString());
        for (String never : List.of("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.127.0.1", "169.254.169.254", "127.0.0.1", "0.0.0.0",
                "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.192")) {
            assertTrue(Egress.isNever(never), never);
        }
        for (String open : List.of("172.32.0.1", "172.15.0.1", "100.128.0.1", "203.0.113.1", "198.51.100.1", "9.9.9.9", "11.0.0.1", "192.0.1.1")) {
            assertFalse(Egress.isNever(open), open);
        }
    }

    @Test
    void aPolicyIsWithinAnotherWhereEachOfItsDestinationsIs() {
        assertEquals("", beyond("none", "none"));
        assertEquals("", beyond("example.org:443,203.0.113.0/25", "public"));
        assertEquals("", beyond("203.0.113.7:443", "203.0.113.0/24"));
        assertEquals("", beyond("203.0.113.7:450-460", "203.0.113.0/24:400-500"));
        assertEquals("", beyond("example.org:443", "example.org"));
        assertEquals("", beyond("public:53/udp", "public"));
        assertEquals("public", beyond("public", "public:443"));
        assertEquals("public", beyond("public", "203.0.113.0/24"));
        assertEquals("public:443", beyond("public:443", "public:443/udp"));
        assertEquals("203.0.113.0/24", beyond("203.0.113.0/24", "203.0.113.0/25"));
        assertEquals("example.org:443", beyond("example.org:443", "203.0.113.0/24"), "a name may be anywhere");
        assertEquals("www.example.org:443", beyond("www.example.org:443", "example.org:443"));
        assertEquals("203.0.113.7:399-400", beyond("203.0.113.7:399-400", "203.0.113.0/24:400-500"));
        assertEquals("example.org:443", beyond("example.org:443", "none"));
    }

    @Test
    void whateverIsReadReadsTheSameAgain() {
        Random random = new Random(4);
        String letters = "ap0./:-,-tcudblin25 1";
        int good = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "public" : random.nextInt(2) == 0 ? "a.b" : "203.0.113." + random.nextInt(300));
            for (int n = random.nextInt(8); n > 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                Egress e = Egress.parse(text.toString());
                good++;
                assertEquals(e, Egress.parse(e.toString()));
                assertEquals(e.toString(), Egress.parse(e.toString()).toString());
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().length() < 400 && !e.getMessage().contains("\n"), text.toString());
            }
        }
        assertTrue(good > 10_000, good + " were good");
    }
}
