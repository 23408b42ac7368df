package org.zennet.virtualization.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.zennet.api.container.Egress;

/** Makes a network as containers get it and tries to reach the host through it: only what holds is sold. */
public final class NetworkTrial {
    /** Of a network for examples (RFC 5737), which nobody has. */
    private static final String NOBODY = "198.51.100.1";
    private static final int DISCARD = 9;
    private static final int TRIES = 60;
    private static final String SHELL = "/bin/bash";

    private NetworkTrial() { }

    /**
     * Tries it.
     *
     * @return why it does not hold; empty when it does
     */
    public static Optional<String> run(Uplink uplink, String name, int user, Path log, GuestNetwork.Spawner spawner)
            throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("that needs a node that runs as root");
        }
        List<String> missing = new ArrayList<>(GuestNetwork.missing());
        if (!Files.isExecutable(Path.of(SHELL))) {
            missing.add("bash");
        }
        if (!missing.isEmpty()) {
            return Optional.of("install " + String.join(", ", missing));
        }
        try (ServerSocket service = new ServerSocket(0, 50, null);
                GuestNetwork n = GuestNetwork.open(uplink, name, Egress.parse("public"), user, log, spawner)) {
            String reached = Tools.run(command(n, attempts(service.getLocalPort())), "");
            if (!reached.isEmpty()) {
                return Optional.of("a guest could reach " + reached.replaceAll("\\s+", ", "));
            }
            Optional<LinkCounters.Moved> before = counted(n, "");
            Optional<LinkCounters.Moved> after = counted(n, "echo zennet >/dev/udp/" + NOBODY + "/" + DISCARD + ";");
            for (int tries = 0; tries < TRIES && after.equals(before); tries++) {
                // it is counted when the other end takes it
                after = counted(n, "sleep 0.05;");
            }
            return before.isPresent() && after.isPresent() && after.get().out() > before.get().out() ? Optional.empty()
                    : Optional.of("what a guest sends is not counted");
        }
    }

    private static Optional<LinkCounters.Moved> counted(GuestNetwork n, String first) throws IOException, InterruptedException {
        return LinkCounters.parse(Tools.run(command(n, first + " cat /proc/self/net/dev"), ""), GuestNetwork.DEVICE);
    }

    private static List<String> command(GuestNetwork n, String line) throws IOException {
        List<String> c = new ArrayList<>(n.entering());
        c.addAll(List.of(SHELL, "-c", line));
        return c;
    }

    /** Says each address of this host, and of the other end, where a connection is accepted. */
    private static String attempts(int port) throws IOException {
        TreeSet<String> all = new TreeSet<>(List.of("10.0.2.2", "10.0.2.3", "169.254.169.254"));
        for (NetworkInterface i : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress a : i.inetAddresses().toList()) {
                // its own loopback is the guest's; that of the host is at the other end
                if (!a.isLoopbackAddress() && a.getAddress().length == 4) {
                    all.add(a.getHostAddress());
                }
            }
        }
        return "for a in " + String.join(" ", all) + "; do (exec 3<>/dev/tcp/$a/" + port + ") 2>/dev/null && echo $a; done; :";
    }
}
