package org.zennet.virtualization.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Isolation;

class RuntimesTest {
    @Test
    void kataAndGvisorAreMachinesUnderAllOfTheirNamesAndTheOfferSaysSo() {
        for (String m : List.of("kata", "kata-runtime", "kata-qemu", "kata-fc", "kata-clh", "io.containerd.kata.v2", "io.containerd.kata-qemu.v2", "runsc",
                "runsc-kvm", "gvisor", "io.containerd.runsc.v1")) {
            assertEquals(Isolation.VIRTUAL_MACHINE, Runtimes.isolation(m), m);
        }
        for (String d : List.of("", "runc", "crun", "io.containerd.runc.v2", "nvidia", "katana", "my-kata", "runscape")) {
            assertEquals(Isolation.DOCKER, Runtimes.isolation(d), d);
        }
        assertTrue(Runtimes.gvisor("runsc-kvm") && !Runtimes.gvisor("kata"));
    }

    @Test
    void machinesAreTriedFirstKataBeforeGvisorAndTheDefaultLast() throws ContainerException {
        assertEquals(List.of("kata-qemu", "gvisor", "runsc", ""), Runtimes.order(Set.of("runc", "runsc", "io.containerd.runc.v2", "kata-qemu", "gvisor"), "auto"));
        assertEquals(List.of(""), Runtimes.order(Set.of("runc"), "auto"));
        assertEquals(List.of(""), Runtimes.order(Set.of(), "auto"));
    }

    @Test
    void whatTheOwnerWantsIsTriedAloneAndMustBeThere() throws ContainerException {
        assertEquals(List.of("runc"), Runtimes.order(Set.of("runc", "kata"), "runc"));
        assertEquals(List.of(""), Runtimes.order(Set.of("runc", "kata"), ""));
        assertEquals(List.of("runsc"), Runtimes.order(Set.of("runc", "runsc"), "runsc"));
        assertEquals("the engine has no runtime 'kata', only crun, runc",
                assertThrows(ContainerException.class, () -> Runtimes.order(Set.of("runc", "crun"), "kata")).getMessage());
    }
}
