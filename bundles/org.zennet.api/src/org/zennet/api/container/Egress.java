package org.zennet.api.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which addresses outside of its host a container may open connections to. Nothing that is not named, and whatever is
 * named, never one of {@link #NEVER} and never port 25. There is no way in: nobody outside can open a connection to a container.
 *
 * <p>As text: {@code none}, or destinations with commas between them, each
 * {@code (public | A.B.C.D | A.B.C.D/N | host.name)[:PORT[-PORT]][/tcp | /udp]}. {@code public} is every address. Without a port all
 * ports of TCP and UDP are meant, with one TCP, unless it says {@code /udp}. Addresses are of IPv4. A host's name is resolved once, by
 * the provider, when the container starts.
 *
 * @param rules at most {@link #MAX_RULES}, sorted by their text, each once; empty: nothing may be reached
 */
public record Egress(List<Rule> rules) {
    /** The most destinations. */
    public static final int MAX_RULES = 16;
    /** The longest text. */
    public static final int MAX_TEXT = 1000;
    /** Nothing. */
    public static final Egress NONE = new Egress(List.of());
    /**
     * What no container ever reaches: this network, private networks (RFC 1918, RFC 6598), loopback, link-local addresses
     * with the metadata services of clouds, protocol assignments, benchmarking, multicast and what is reserved.
     */
    public static final List<String> NEVER = List.of("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3");
    /** The port of mail between servers, which no container ever reaches. */
    public static final int SMTP = 25;
    /** The most that a container moves, each way: 100 Mbit/s. A backend may set less; with the clock it bounds the bill. */
    public static final long BYTES_PER_SECOND = 12_500_000;

    private static final String PUBLIC = "public";
    private static final int MAX_PORT = 65_535;
    private static final Pattern RULE = Pattern.compile("([a-z0-9.-]{1,253}(?:/[0-9]{1,2})?)(?::([0-9]{1,5})(?:-([0-9]{1,5}))?)?(?:/(tcp|udp))?");
    private static final Pattern ADDRESS = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})(?:/([0-9]{1,2}))?");
    private static final Pattern NAME = Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final List<Block> NEVER_BLOCKS = NEVER.stream().map(Block::of).toList();

    /** Which kinds of packets. */
    public enum Protocol {
        /** TCP and UDP. */
        ANY,
        /** Connections. */
        TCP,
        /** Datagrams. */
        UDP
    }

    /** Addresses that begin with the same bits. */
    record Block(long first, int bits) {
        static Block of(String text) {
            Matcher m = ADDRESS.matcher(text);
            if (!m.matches()) {
                throw new IllegalArgumentException("'" + text + "' is no address such as 203.0.113.7 or 203.0.113.0/24");
            }
            long address = 0;
            for (int i = 1; i <= 4; i++) {
                int part = Integer.parseInt(m.group(i));
                if (part > 255 || m.group(i).length() > 1 && m.group(i).startsWith("0")) {
                    throw new IllegalArgumentException("'" + text + "' is no address such as 203.0.113.7 or 203.0.113.0/24");
                }
                address = address << 8 | part;
            }
            int bits = m.group(5) == null ? 32 : Integer.parseInt(m.group(5));
            if (bits > 32 || m.group(5) != null && m.group(5).length() > 1 && m.group(5).startsWith("0")) {
                throw new IllegalArgumentException("'" + text + "': a prefix has 0 to 32 bits");
            }
            Block b = new Block(address, bits);
            if (b.size() > 1 && address % b.size() != 0) {
                throw new IllegalArgumentException("'" + text + "' has bits behind its prefix: write " + new Block(address - address % b.size(), bits));
            }
            return b;
        }

        long size() {
            return 1L << 32 - bits;
        }

        boolean contains(Block other) {
            return bits <= other.bits && other.first >= first && other.first < first + size();
        }

        @Override
        public String toString() {
            String a = (first >> 24) + "." + (first >> 16 & 255) + "." + (first >> 8 & 255) + "." + (first & 255);
            return bits == 32 ? a : a + "/" + bits;
        }
    }

    /**
     * One destination.
     *
     * @param target    {@code public}, an address, a prefix or a name, in its one form
     * @param firstPort 1 to 65535, or 0 where all ports are meant
     * @param lastPort  at least the first; 0 with it
     * @param protocol  which kinds of packets; not {@link Protocol#ANY} with ports
     */
    public record Rule(String target, int firstPort, int lastPort, Protocol protocol) {
        /** Refuses what is not in its one form. */
        public Rule {
            boolean all = firstPort == 0 && lastPort == 0;
            if (!all && (firstPort < 1 || lastPort < firstPort || lastPort > MAX_PORT)) {
                throw new IllegalArgumentException("'" + target + "': ports lie between 1 and " + MAX_PORT + ", the first before the last");
            }
            if (!all && protocol == Protocol.ANY) {
                throw new IllegalArgumentException("'" + target + "': a port is one of TCP or of UDP");
            }
            if (firstPort == SMTP && lastPort == SMTP && protocol == Protocol.TCP) {
                throw new IllegalArgumentException("'" + target + ":25': no container may send mail to port 25; use a mail server's submission port, 587");
            }
            if (!target.equals(PUBLIC)) {
                if (ADDRESS.matcher(target).matches()) {
                    Block b = Block.of(target);
                    if (!b.toString().equals(target) || b.bits == 0) {
                        throw new IllegalArgumentException("'" + target + "' is written " + (b.bits == 0 ? PUBLIC : b));
                    }
                    Optional<Block> never = NEVER_BLOCKS.stream().filter(n -> n.contains(b)).findFirst();
                    if (never.isPresent()) {
                        throw new IllegalArgumentException("'" + target + "' lies in " + never.get() + ", which no container may reach");
                    }
                } else if (!NAME.matcher(target).matches() || target.length() > 253) {
                    throw new IllegalArgumentException("'" + target + "' is neither 'public' nor an IPv4 address nor a host's full name");
                }
            }
        }

        static Rule of(String text) {
            Matcher m = RULE.matcher(text);
            if (!m.matches()) {
                throw new IllegalArgumentException("'" + (text.length() > 80 ? text.substring(0, 80) + "..." : text)
                        + "' is no destination; write for example public, 203.0.113.0/24:443 or example.org:443");
            }
            String target = m.group(1);
            if (ADDRESS.matcher(target).matches()) {
                Block b = Block.of(target);
                target = b.bits == 0 ? PUBLIC : b.toString();
            }
            int first = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
            int last = m.group(3) == null ? first : Integer.parseInt(m.group(3));
            if (m.group(2) != null && first == 0) {
                throw new IllegalArgumentException("'" + text + "': ports lie between 1 and " + MAX_PORT);
            }
            Protocol protocol = m.group(4) != null ? Protocol.valueOf(m.group(4).toUpperCase(java.util.Locale.ROOT))
                    : m.group(2) == null ? Protocol.ANY : Protocol.TCP;
            return new Rule(target, first, last, protocol);
        }

        /** Whether it is a host's name, which is resolved when the container starts. */
        public boolean isName() {
            return !target.equals(PUBLIC) && !ADDRESS.matcher(target).matches();
        }

        /** Whether all that this allows is allowed by another one too. */
        boolean within(Rule other) {
            boolean place = other.target.equals(PUBLIC) || other.target.equals(target)
                    || !isName() && !other.isName() && !target.equals(PUBLIC) && Block.of(other.target).contains(Block.of(target));
            boolean ports = other.firstPort == 0 || firstPort != 0 && firstPort >= other.firstPort && lastPort <= other.lastPort;
            return place && ports && (other.protocol == Protocol.ANY || other.protocol == protocol);
        }

        @Override
        public String toString() {
            String ports = firstPort == 0 ? "" : ":" + firstPort + (lastPort == firstPort ? "" : "-" + lastPort);
            boolean plain = protocol == (firstPort == 0 ? Protocol.ANY : Protocol.TCP);
            return target + ports + (plain ? "" : protocol == Protocol.TCP ? "/tcp" : "/udp");
        }
    }

    /** Sorts, and refuses too many. */
    public Egress {
        TreeSet<String> sorted = new TreeSet<>();
        rules.forEach(r -> sorted.add(r.toString()));
        rules = sorted.stream().map(Rule::of).toList();
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("at most " + MAX_RULES + " destinations can be named, not " + rules.size());
        }
        if (String.join(",", sorted).length() > MAX_TEXT) {
            throw new IllegalArgumentException("destinations have at most " + MAX_TEXT + " characters together");
        }
    }

    /**
     * Reads destinations with commas between them, in any order, blanks around them allowed.
     *
     * @throws IllegalArgumentException with one line that says which is none
     */
    public static Egress parse(String text) {
        if (text.isBlank() || text.strip().equals("none")) {
            return NONE;
        }
        if (text.length() > 4 * MAX_TEXT) {
            throw new IllegalArgumentException("destinations have at most " + MAX_TEXT + " characters together");
        }
        List<Rule> all = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            all.add(Rule.of(part.strip().toLowerCase(java.util.Locale.ROOT)));
        }
        return new Egress(all);
    }

    /** Whether nothing may be reached. */
    public boolean isNone() {
        return rules.isEmpty();
    }

    /** Whether every address may be reached, at some port. */
    public boolean isPublic() {
        return rules.stream().anyMatch(r -> r.target.equals(PUBLIC));
    }

    /** The first destination that another policy does not allow, or empty when it allows all of these. */
    public Optional<Rule> beyond(Egress allowed) {
        return rules.stream().filter(r -> allowed.rules.stream().noneMatch(r::within)).findFirst();
    }

    /** Whether an IPv4 address, as four numbers with dots, is one that no container may reach. */
    public static boolean isNever(String address) {
        Block b = Block.of(address);
        return NEVER_BLOCKS.stream().anyMatch(n -> n.contains(b));
    }

    /** The one form: what contracts name. */
    @Override
    public String toString() {
        return rules.isEmpty() ? "none" : String.join(",", rules.stream().map(Rule::toString).toList());
    }
}
