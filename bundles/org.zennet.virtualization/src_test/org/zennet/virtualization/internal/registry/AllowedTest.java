package org.zennet.virtualization.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.ImageReference;
import org.zennet.services.Rejected;

class AllowedTest {
    private static ImageReference image(String name) {
        return ImageReference.parse(name + "@sha256:" + "0".repeat(64));
    }

    @Test
    void withoutAListNothingIsPulled() {
        assertTrue(new Allowed("").objection(image("docker.io/library/busybox")).orElseThrow().contains("allows no registry"));
    }

    @Test
    void onlyTheHostsPortsAndPathsOfTheListArePulledFrom() {
        Allowed a = new Allowed("docker.io, quay.io/team  registry.example.org:5000");
        for (String good : new String[] {"docker.io/library/busybox", "quay.io/team/x", "quay.io/team", "registry.example.org:5000/a"}) {
            assertTrue(a.objection(image(good)).isEmpty(), good);
        }
        for (String bad : new String[] {"quay.io/teams/x", "quay.io/x", "registry.example.org/a", "registry.example.org:5001/a", "evil.docker.io/a", "localhost:5000/a"}) {
            assertEquals("this machine does not pull " + bad + ": its owner allows only docker.io, quay.io/team, registry.example.org:5000",
                    a.objection(image(bad)).orElseThrow());
        }
    }

    @Test
    void httpsIsUsedUnlessTheOwnerSaysOtherwise() {
        Allowed a = new Allowed("docker.io,http://localhost:5000,https://quay.io/");
        assertEquals("https://registry-1.docker.io/v2/library/busybox", a.base(image("docker.io/library/busybox")).toString());
        assertEquals("http://localhost:5000/v2/a/b", a.base(image("localhost:5000/a/b")).toString());
        assertEquals("https://quay.io/v2/a", a.base(image("quay.io/a")).toString());
    }

    @Test
    void anEntryThatIsNoRegistryIsNamed() {
        for (String bad : new String[] {"ftp://x.org", "a b..c", "user:pass@quay.io", "quay.io/UPPER"}) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> new Allowed(bad)).getMessage().startsWith("registries: '"), bad);
        }
    }

    @Test
    void theListCanBeAnotherWhileTheComponentRuns() {
        RegistriesComponent registries = new RegistriesComponent("", 1 << 20, Duration.ofSeconds(1));
        try {
            assertTrue(registries.objection(image("docker.io/a/b")).orElseThrow().contains("allows no registry"));
            registries.change("docker.io", 1 << 20, Duration.ofSeconds(1));
            assertTrue(registries.objection(image("docker.io/a/b")).isEmpty());
            assertThrows(IllegalArgumentException.class, () -> registries.change("ftp://x.org", 1, Duration.ofSeconds(1)));
            assertTrue(registries.objection(image("docker.io/a/b")).isEmpty(), "what can't be read changes nothing");
        } finally {
            registries.close();
        }
        assertEquals("virtualization.registry.registries: 'ftp://x.org' is no registry; write for example docker.io, quay.io/team or http://localhost:5000",
                assertThrows(Rejected.class, () -> new RegistriesGuide().check(Map.of("registries", "ftp://x.org"))).getMessage());
    }
}
