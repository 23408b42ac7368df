package org.zennet.virtualization.egress;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.zennet.api.container.Egress;

/**
 * The addresses that the names of a policy have at the moment when a container starts. They hold as long as it runs: what
 * a name is said to be later changes nothing.
 */
final class Pins {
    private static final int MOST = 32;

    private Pins() { }

    /** Asks for the addresses of a name. */
    interface Resolver {
        /** All of them. */
        InetAddress[] resolve(String name) throws IOException;
    }

    /**
     * The addresses of each name, without those that no container may reach.
     *
     * @throws IOException when a name has no address that may be reached
     */
    static SortedMap<String, List<String>> of(Egress policy, Resolver resolver) throws IOException {
        SortedMap<String, List<String>> all = new TreeMap<>();
        for (Egress.Rule r : policy.rules()) {
            if (!r.isName() || all.containsKey(r.target())) {
                continue;
            }
            List<String> good = new ArrayList<>();
            String bad = "";
            for (InetAddress a : resolve(r.target(), resolver)) {
                if (a instanceof Inet4Address && !Egress.isNever(a.getHostAddress())) {
                    good.add(a.getHostAddress());
                } else {
                    bad = a.getHostAddress();
                }
            }
            if (good.isEmpty()) {
                throw new IOException("guests may not reach " + r.target() + ": it is " + bad
                        + (bad.contains(":") ? ", and guests have IPv4 only" : ", where no container may go"));
            }
            all.put(r.target(), good.stream().sorted().distinct().limit(MOST).toList());
        }
        return all;
    }

    private static InetAddress[] resolve(String name, Resolver resolver) throws IOException {
        try {
            return resolver.resolve(name);
        } catch (IOException e) {
            throw new IOException("the name " + name + " can't be resolved here", e);
        }
    }
}
