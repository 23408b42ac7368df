package org.zennet.virtualization.egress;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.zennet.api.container.Egress;

/**
 * The filter of a container's network, as nftables takes it: what is never reached comes first, then what the contract
 * names, and nothing else. It keeps no state of connections, so that no guest can fill a table of the host's. Pure.
 */
final class PacketRules {
    /** The table in the container's own namespace. */
    static final String TABLE = "inet zennet";
    /** New connections a second, and how many at once. */
    static final int CONNECTIONS = 100;
    private static final int CONNECTIONS_BURST = 500;
    private static final int DATAGRAMS = 20_000;
    private static final int DATAGRAMS_BURST = 40_000;
    /** At least the largest packet of the device several times over. */
    private static final long LEAST_BURST = 1 << 20;
    private static final int DNS = 53;
    private static final String REFUSE = "goto refuse";

    private PacketRules() { }

    /**
     * The whole table.
     *
     * @param policy    what may be reached
     * @param pins      the addresses of the names in it
     * @param resolvers what answers for names where all addresses may be reached
     * @param host      the host's own addresses and networks
     * @param rate      bytes a second that come in at most
     */
    static String table(Egress policy, Map<String, List<String>> pins, List<String> resolvers, Collection<String> host, long rate) {
        List<String> lines = new ArrayList<>();
        lines.add("table " + TABLE + " {");
        lines.add("set never { type ipv4_addr; flags interval; elements = { " + String.join(", ", Egress.NEVER) + " } }");
        lines.add("set host { type ipv4_addr; flags interval; auto-merge; " + elements(host) + "}");
        lines.add("chain refuse {");
        // the other kind of answer would be taken for a passing trouble while a connection begins
        lines.add("meta l4proto tcp reject with tcp reset");
        lines.add("reject with icmpx type admin-prohibited");
        lines.add("}");
        lines.add("chain output {");
        lines.add("type filter hook output priority 0; policy drop;");
        lines.add("oifname \"lo\" accept");
        lines.add("meta nfproto != ipv4 drop");
        lines.add("ip daddr @never " + REFUSE);
        lines.add("ip daddr @host " + REFUSE);
        lines.add("tcp dport " + Egress.SMTP + " " + REFUSE);
        lines.add("tcp flags & (fin | syn | rst | ack) == syn limit rate over " + CONNECTIONS + "/second burst " + CONNECTIONS_BURST + " packets drop");
        lines.add("meta l4proto udp limit rate over " + DATAGRAMS + "/second burst " + DATAGRAMS_BURST + " packets drop");
        policy.rules().forEach(r -> lines.addAll(allowed(r, pins)));
        if (policy.isPublic() && !resolvers.isEmpty()) {
            String all = "ip daddr { " + String.join(", ", resolvers) + " } ";
            lines.add(all + "udp dport " + DNS + " accept");
            lines.add(all + "tcp dport " + DNS + " accept");
        }
        lines.add(REFUSE);
        lines.add("}");
        lines.add("chain input {");
        lines.add("type filter hook input priority 0; policy drop;");
        lines.add("iifname \"lo\" accept");
        lines.add("meta nfproto ipv4 limit rate " + rate + " bytes/second burst " + Math.max(LEAST_BURST, rate / 2) + " bytes accept");
        lines.add("}");
        lines.add("}");
        return String.join("\n", lines) + "\n";
    }

    /** Puts other addresses and networks in the place of the host's. */
    static String host(Collection<String> host) {
        return "flush set " + TABLE + " host\n" + (host.isEmpty() ? "" : "add element " + TABLE + " host { " + String.join(", ", host) + " }\n");
    }

    private static String elements(Collection<String> all) {
        return all.isEmpty() ? "" : "elements = { " + String.join(", ", all) + " } ";
    }

    private static List<String> allowed(Egress.Rule r, Map<String, List<String>> pins) {
        String place = r.target().equals("public") ? "" : "ip daddr { " + (r.isName() ? String.join(", ", pins.getOrDefault(r.target(), List.of())) : r.target()) + " } ";
        String ports = r.firstPort() == 0 ? "" : r.firstPort() == r.lastPort() ? Integer.toString(r.firstPort()) : r.firstPort() + "-" + r.lastPort();
        List<String> lines = new ArrayList<>();
        for (Egress.Protocol p : List.of(Egress.Protocol.TCP, Egress.Protocol.UDP)) {
            String name = p == Egress.Protocol.TCP ? "tcp" : "udp";
            if (r.protocol() == Egress.Protocol.ANY || r.protocol() == p) {
                lines.add(place + (ports.isEmpty() ? "meta l4proto " + name : name + " dport " + ports) + " accept");
            }
        }
        return lines;
    }
}
