package org.zennet.virtualization.egress;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses that belong to a host, and the networks that it is directly connected to, as its kernel lists them in
 * {@code /proc/net/fib_trie}: a guest reaches none of them, whatever kind of addresses they have. Pure.
 */
final class LocalNetworks {
    private static final Pattern LEAF = Pattern.compile("\\s*\\|-- ([0-9.]{7,15})\\s*");
    private static final Pattern KIND = Pattern.compile("\\s*/([0-9]{1,2}) (\\S+) (\\S+).*");
    /** What is shorter is the way to everywhere over a link, and no network of the host's. */
    private static final int SHORTEST = 8;

    private LocalNetworks() { }

    /** Addresses and prefixes, sorted as text. */
    static Set<String> of(String trie) {
        Set<String> all = new TreeSet<>();
        String address = "";
        for (String line : trie.split("\n")) {
            Matcher leaf = LEAF.matcher(line);
            Matcher kind = KIND.matcher(line);
            if (leaf.matches()) {
                address = leaf.group(1);
            } else if (!address.isEmpty() && kind.matches()) {
                int bits = Integer.parseInt(kind.group(1));
                boolean own = kind.group(3).equals("LOCAL") || kind.group(3).equals("BROADCAST");
                boolean connected = kind.group(2).equals("link") && kind.group(3).equals("UNICAST");
                if (bits >= SHORTEST && bits <= 32 && (own || connected)) {
                    all.add(bits == 32 ? address : address + "/" + bits);
                }
            }
        }
        return all;
    }
}
