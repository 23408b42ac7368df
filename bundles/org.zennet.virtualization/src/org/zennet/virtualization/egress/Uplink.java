package org.zennet.virtualization.egress;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.zennet.api.container.Egress;

/**
 * How containers reach the outside. Keepers use it too, which know nothing of the services of a node.
 *
 * @param namespace the network namespace that their connections leave from; empty for the host's own
 * @param resolvers IPv4 addresses of what answers for names where a container may reach every address
 * @param rate      bytes a second, each way, of one container
 */
public record Uplink(Optional<Path> namespace, List<String> resolvers, long rate) {
    /** Who answers for names where nobody sets another: public ones. */
    public static final String USUAL_RESOLVERS = "9.9.9.9,1.1.1.1";
    private static final long LEAST_RATE = 1000;

    /** Refuses what can't be. */
    public Uplink {
        resolvers = List.copyOf(resolvers);
        rate = Math.clamp(rate, LEAST_RATE, Egress.BYTES_PER_SECOND);
        for (String r : resolvers) {
            if (Egress.isNever(r)) {
                throw new IllegalArgumentException("the resolver " + r + " lies where no container may go: name one that everybody can reach");
            }
        }
    }

    /**
     * From the settings {@code uplink}, {@code resolvers} and {@code rate} of a section, where they are there.
     *
     * @throws IllegalArgumentException when they can't be; says where and why
     */
    public static Uplink of(String section, Map<String, ?> settings) {
        try {
            return of(text(settings, "uplink", ""), text(settings, "resolvers", USUAL_RESOLVERS), Long.parseLong(text(settings, "rate", "0")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(section + ": " + e.getMessage(), e);
        }
    }

    private static String text(Map<String, ?> settings, String name, String otherwise) {
        Object value = settings.get(name);
        return value == null ? otherwise : value.toString();
    }

    /** From settings: a path or nothing, addresses with commas, a number of bytes or 0 for the most. */
    public static Uplink of(String namespace, String resolvers, long rate) {
        List<String> all = Stream.of(resolvers.split(",")).map(String::strip).filter(r -> !r.isEmpty()).toList();
        return new Uplink(namespace.isEmpty() ? Optional.empty() : Optional.of(Path.of(namespace)), all, rate <= 0 ? Egress.BYTES_PER_SECOND : rate);
    }
}
