package org.zennet.network.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.services.Rejected;

class LimitsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static InetAddress address(int last) throws Exception {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void theOldestOfItsAddressGivesWayAndElseTheOldestOfAll() throws Exception {
        Gate<String> gate = new Gate<>(3, 2);
        assertEquals(Optional.empty(), gate.enter("a1", address(1)));
        assertEquals(Optional.empty(), gate.enter("b1", address(2)));
        assertEquals(Optional.empty(), gate.enter("b2", address(2)));
        assertEquals(Optional.of("b1"), gate.enter("b3", address(2)));
        assertEquals(Optional.of("a1"), gate.enter("c1", address(3)));
        gate.leave("b2");
        gate.leave("b2");
        assertEquals(Optional.empty(), gate.enter("d1", address(4)));
        assertEquals(3, gate.size());
    }

    @Test
    void otherBoundsHoldFromTheNextOneOn() throws Exception {
        Gate<String> gate = new Gate<>(3, 3);
        gate.enter("a1", address(1));
        gate.enter("a2", address(1));
        gate.enter("b1", address(2));
        gate.bound(3, 1);
        assertEquals(3, gate.size(), "nobody is sent away for it");
        assertEquals(Optional.of("a1"), gate.enter("a3", address(1)));
        gate.bound(5, 5);
        assertEquals(Optional.empty(), gate.enter("a4", address(1)));
    }

    @Test
    void settingsThatContradictEachOtherOrNameNoPlaceAreRefused() throws Exception {
        NetworkGuide guide = new NetworkGuide();
        guide.check(Map.of("pingSeconds", 2, "deadSeconds", 3, "listen", "0.0.0.0:0"));
        assertTrue(assertThrows(Rejected.class, () -> guide.check(Map.of("deadSeconds", 5))).getMessage()
                .startsWith("network.deadSeconds: 5 is not above network.pingSeconds, 5"));
        assertTrue(assertThrows(Rejected.class, () -> guide.check(Map.of("listen", "here"))).getMessage().startsWith("network.listen: can't listen on 'here'"));
        assertTrue(guide.atNextStart().contains("listen"));
    }

    @Test
    void anIdentityIsDiscouragedAtOnceAndAnAddressAfterSomeStrikes() {
        Discouraged<String> once = new Discouraged<>(1);
        once.strike("x", 0, Duration.ofSeconds(10));
        assertEquals(Duration.ofSeconds(4), once.remaining("x", 6 * SECOND));
        assertEquals(Duration.ZERO, once.remaining("x", 10 * SECOND));
        assertEquals(Duration.ZERO, once.remaining("y", 0));
        Discouraged<String> third = new Discouraged<>(3);
        third.strike("x", 0, Duration.ofSeconds(10));
        third.strike("x", SECOND, Duration.ofSeconds(10));
        assertEquals(Duration.ZERO, third.remaining("x", SECOND));
        third.strike("x", 2 * SECOND, Duration.ofSeconds(10));
        assertEquals(Duration.ofSeconds(10), third.remaining("x", 2 * SECOND));
        third.strike("y", 0, Duration.ofSeconds(10));
        third.strike("y", 10 * SECOND, Duration.ofSeconds(10));
        third.strike("y", 11 * SECOND, Duration.ofSeconds(10));
        assertEquals(Duration.ZERO, third.remaining("y", 11 * SECOND), "strikes long ago don't count");
    }

    @Test
    void aSilentPeerIsAskedAndThenGivenUp() {
        Limits limits = Limits.defaults();
        Liveness liveness = new Liveness(0);
        assertEquals(Liveness.Due.NOTHING, liveness.tick(4 * SECOND, limits));
        assertEquals(Liveness.Due.PING, liveness.tick(5 * SECOND, limits));
        assertEquals(Liveness.Due.NOTHING, liveness.tick(6 * SECOND, limits));
        liveness.heard(8 * SECOND);
        assertEquals(Liveness.Due.PING, liveness.tick(22 * SECOND, limits));
        assertEquals(Liveness.Due.END, liveness.tick(23 * SECOND, limits));
    }

    @Test
    void pingsMayComeOnlySoFast() {
        Liveness liveness = new Liveness(0);
        for (int i = 0; i < 100; i++) {
            assertTrue(liveness.pinged());
        }
        assertFalse(liveness.pinged());
        liveness.tick(SECOND, Limits.defaults());
        assertTrue(liveness.pinged());
    }

    @Test
    void aDeadPeerMustBeNoticeable() {
        Limits d = Limits.defaults();
        assertThrows(IllegalArgumentException.class, () -> new Limits(d.handshake(), Duration.ofSeconds(9),
                Duration.ofSeconds(9), 1, 1, 1, 1, d.discourage(), d.discourageLoopback(), 1));
    }
}
