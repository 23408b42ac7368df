package org.zennet.virtualization.internal.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.api.container.ImageReference;

/**
 * The registries that the owner allows: {@code HOST[:PORT][/PATH]} each, over HTTPS, or {@code http://HOST...} for one without.
 * With a path, only what lies below it. Immutable.
 */
final class Allowed {
    /** Where Docker's own registry answers, which people know by another name. */
    private static final String HUB = "docker.io";
    private static final String HUB_HOST = "registry-1.docker.io";

    private record Entry(String registry, String path, boolean plain) {
        boolean covers(ImageReference image) {
            return registry.equals(image.registry())
                    && (path.isEmpty() || image.repository().equals(path) || image.repository().startsWith(path + "/"));
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    /**
     * From the configuration.
     *
     * @throws IllegalArgumentException with one line that names the entry
     */
    Allowed(String text) {
        for (String word : text.split("[,\\s]+")) {
            if (word.isEmpty()) {
                continue;
            }
            boolean plain = word.startsWith("http://");
            String bare = word.replaceFirst("^https?://", "").replaceFirst("/+$", "");
            int slash = bare.indexOf('/');
            String registry = slash < 0 ? bare : bare.substring(0, slash);
            String path = slash < 0 ? "" : bare.substring(slash + 1);
            try {
                ImageReference.parse(registry + "/" + (path.isEmpty() ? "x" : path) + "@sha256:" + "0".repeat(64));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("registries: '" + word + "' is no registry; write for example docker.io, "
                        + "quay.io/team or http://localhost:5000", e);
            }
            entries.add(new Entry(registry, path, plain));
        }
    }

    Optional<String> objection(ImageReference image) {
        if (entries.isEmpty()) {
            return Optional.of("this machine pulls no images: its owner allows no registry");
        }
        return covering(image).isPresent() ? Optional.empty()
                : Optional.of("this machine does not pull " + image.registry() + "/" + image.repository() + ": its owner allows only "
                        + String.join(", ", entries.stream().map(e -> e.registry() + (e.path().isEmpty() ? "" : "/" + e.path())).toList()));
    }

    private Optional<Entry> covering(ImageReference image) {
        return entries.stream().filter(e -> e.covers(image)).findFirst();
    }

    /** Where an allowed image is asked for, without a closing slash. */
    URI base(ImageReference image) {
        boolean plain = covering(image).orElseThrow().plain();
        String host = image.registry().equals(HUB) ? HUB_HOST : image.registry();
        return URI.create((plain ? "http://" : "https://") + host + "/v2/" + image.repository());
    }
}
