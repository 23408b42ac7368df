package org.zennet.workbench.internal.terminal;

import java.nio.file.Path;
import org.zennet.services.publisher.RentService.MachineInfo;
import org.zennet.services.publisher.RentService.RentInfo;

/**
 * What it takes to log in to a rented machine.
 *
 * @param name        of the machine
 * @param port        of 127.0.0.1
 * @param fingerprint of the host key that the contract names, as OpenSSH prints it
 * @param key         the file of the private key that the contract lets in
 */
public record Login(String name, int port, String fingerprint, Path key) {
    private static final int LEASE_DIGITS = 8;

    /** That of a machine of a rent. */
    public static Login of(RentInfo rent, MachineInfo machine) {
        String lease = machine.lease().substring(0, Math.min(LEASE_DIGITS, machine.lease().length()));
        return new Login(machine.name(), machine.port(), machine.fingerprint(), rent.directory().resolve("keys").resolve(machine.name() + "-" + lease));
    }
}
