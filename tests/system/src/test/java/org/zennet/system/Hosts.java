package org.zennet.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Hosts on one wire: network namespaces at a switch, with addresses 10.77.0.1 and on. Needs root. */
final class Hosts implements AutoCloseable {
    private static final String PREFIX = "znt" + ProcessHandle.current().pid() % 10000 + "-";
    private static final String BRIDGE = PREFIX + "br";
    private final int count;

    /** Makes so many; a test that this machine can't do is skipped with the reason. */
    Hosts(int count) throws Exception {
        this.count = count;
        Assumptions.assumeTrue(run("id", "-u").strip().equals("0"), "needs root to make network namespaces");
        Assumptions.assumeTrue(succeeds("ip", "netns", "add", PREFIX + "x"), "this machine can't make network namespaces");
        run("ip", "netns", "delete", PREFIX + "x");
        check("ip", "netns", "add", PREFIX + "sw");
        check("ip", "-n", PREFIX + "sw", "link", "add", BRIDGE, "type", "bridge");
        check("ip", "-n", PREFIX + "sw", "link", "set", BRIDGE, "up");
        for (int host = 1; host <= count; host++) {
            String ns = PREFIX + host;
            check("ip", "netns", "add", ns);
            check("ip", "-n", PREFIX + "sw", "link", "add", "p" + host, "type", "veth", "peer", "name", "eth0", "netns", ns);
            check("ip", "-n", PREFIX + "sw", "link", "set", "p" + host, "master", BRIDGE, "up");
            check("ip", "-n", ns, "addr", "add", address(host) + "/24", "dev", "eth0");
            check("ip", "-n", ns, "link", "set", "eth0", "up");
            check("ip", "-n", ns, "link", "set", "lo", "up");
        }
    }

    static String address(int host) {
        return "10.77.0." + host;
    }

    /** What puts a command on a host. */
    List<String> on(int host) {
        return List.of("ip", "netns", "exec", PREFIX + host);
    }

    /** The same, with a directory that only it sees. */
    List<String> on(int host, Path own) {
        List<String> prefix = new ArrayList<>(on(host));
        prefix.addAll(List.of("unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=512m tmpfs " + own + " && exec \"$@\"", "sh"));
        return prefix;
    }

    @Override
    public void close() throws Exception {
        succeeds("ip", "netns", "delete", PREFIX + "sw");
        for (int host = 1; host <= count; host++) {
            succeeds("ip", "netns", "delete", PREFIX + host);
        }
    }

    static void check(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes());
        if (p.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + out);
        }
    }

    static boolean succeeds(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        p.getInputStream().readAllBytes();
        return p.waitFor() == 0;
    }

    static String run(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes());
        p.waitFor();
        return out;
    }
}
