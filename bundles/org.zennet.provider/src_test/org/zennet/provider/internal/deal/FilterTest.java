package org.zennet.provider.internal.deal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Egress;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.LeaseKind;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Terms;
import org.zennet.provider.internal.Capacity;

class FilterTest {
    private static final Resources ALL = new Resources(4000, 4L << 30, 1L << 30);
    private static final Terms TERMS = new Terms(1000, 5000, new Amount(5000), new Amount(50), new Amount(2_000_000), 600, 1, 200,
            new Amount(40_000), new Amount(90_000), 3_600_000, "none");

    private static Optional<String> objection(Set<String> can, long imageBytes, String... needs) {
        Capabilities c = new Capabilities(Isolation.DOCKER, ALL, Set.of("memory"), false, true, "", can);
        Hash hash = Hash.of(new byte[32]);
        Descriptor d = new Descriptor(hash, "job", "docker", Isolation.DOCKER, hash, imageBytes, new Resources(1000, 64 << 20, 0), 3,
                UsageVector.ZERO, TERMS, LeaseKind.TASKS, List.of(needs));
        return Filter.objection(d, Map.of("docker", c), new Capacity(ALL, 4), 100, 300_000, 1, Egress.NONE);
    }

    @Test
    void whatABackendCantDoIsRefusedByName() {
        assertEquals(Optional.empty(), objection(Set.of(Capabilities.PROGRAMS, Capabilities.FILES), 1000, "files", "programs"));
        assertTrue(objection(Set.of(Capabilities.PROGRAMS), 1000, "files", "programs").orElseThrow().endsWith("files"));
        assertTrue(objection(Set.of(), 1000, "teleport").orElseThrow().endsWith("teleport"));
    }

    @Test
    void imagesMayBeLargerThanModules() {
        assertTrue(objection(Set.of(), Protocols.MAX_CONTENT + 1).isPresent());
        assertEquals(Optional.empty(), objection(Set.of(Capabilities.PROGRAMS), Protocols.MAX_CONTENT + 1));
        assertEquals(Optional.empty(), objection(Set.of(Capabilities.PROGRAMS), Protocols.MAX_IMAGE));
        assertTrue(objection(Set.of(Capabilities.PROGRAMS), Protocols.MAX_IMAGE + 1).orElseThrow().contains("larger"));
    }

    private static Optional<String> network(Set<String> can, String wanted, String allowed) {
        Capabilities c = new Capabilities(Isolation.DOCKER, ALL, Set.of("memory"), false, true, "", can);
        Hash hash = Hash.of(new byte[32]);
        Descriptor d = new Descriptor(hash, "job", "docker", Isolation.DOCKER, hash, 1000, new Resources(1000, 64 << 20, 0), 3, UsageVector.ZERO,
                TERMS.withEgress(Egress.parse(wanted)), LeaseKind.TASKS, List.of());
        return Filter.objection(d, Map.of("docker", c), new Capacity(ALL, 4), 100, 300_000, 1, Egress.parse(allowed));
    }

    @Test
    void aNetworkIsSoldOnlyByWhomItsOwnerAndItsBackendAllowAndTheRefusalSaysWhich() {
        Set<String> can = Set.of(Capabilities.EGRESS);
        assertEquals(Optional.empty(), network(Set.of(), "none", "none"));
        assertEquals(Optional.empty(), network(Set.of(), "none", "public"));
        assertEquals(Optional.empty(), network(can, "example.org:443", "public"));
        assertTrue(network(can, "example.org:443", "none").orElseThrow().contains("no network is sold to guests here, and example.org:443"));
        assertTrue(network(Set.of(), "example.org:443", "public").orElseThrow().contains("the backend docker can't hold guests with a network"));
        assertEquals("guests may not reach public from here, only 203.0.113.0/24:443", network(can, "203.0.113.7:443,public", "203.0.113.0/24:443").orElseThrow());
    }
}
