package org.zennet.api.container;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.value.Hash;

/**
 * An image that lies in a registry, named by its content: {@code HOST[:PORT]/NAME@sha256:DIGEST}, as the OCI
 * distribution specification has it. The digest is that of its manifest, or of an index with one manifest for each processor.
 * A tag is no name here, since its image may change between the contract and the start.
 *
 * @param registry   host and port, lower case, as people write it: {@code docker.io}, {@code registry.example.org:5000}
 * @param repository the name in the registry, such as {@code library/busybox}
 * @param digest     SHA-256 of the manifest or index
 */
public record ImageReference(String registry, String repository, Hash digest) {
    /** The longest, in characters. */
    public static final int MAX = 400;
    private static final String HOST = "(?:localhost|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)(?::[0-9]{1,5})?"
            + "|localhost:[0-9]{1,5}";
    private static final String NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*";
    private static final Pattern WHOLE = Pattern.compile("(" + HOST + ")/(" + NAME + ")(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?@sha256:([0-9a-f]{64})");
    private static final Pattern LIKE = Pattern.compile("[^\\s]*@sha256:[^\\s]*");

    /** Refuses what is no name of a registry or of an image in it. */
    public ImageReference {
        if (!registry.matches(HOST)) {
            throw new IllegalArgumentException("not a registry: '" + registry + "'; write for example docker.io or registry.example.org:5000");
        }
        if (!repository.matches(NAME)) {
            throw new IllegalArgumentException("not a name of an image: '" + repository + "'");
        }
        if (registry.length() + repository.length() + 73 > MAX) {
            throw new IllegalArgumentException("a reference of more than " + MAX + " characters");
        }
    }

    /** Whether a text is meant to be one, right or not. */
    public static boolean looksLike(String text) {
        return LIKE.matcher(text).matches();
    }

    /**
     * Reads one. A tag beside the digest says nothing and is left out.
     *
     * @throws IllegalArgumentException with one line that says what is expected
     */
    public static ImageReference parse(String text) {
        Matcher m = text.length() > MAX ? null : WHOLE.matcher(text);
        if (m == null || !m.matches()) {
            throw new IllegalArgumentException("not an image of a registry: '" + (text.length() > 100 ? text.substring(0, 100) + "..." : text)
                    + "'; write REGISTRY/NAME@sha256:DIGEST, such as docker.io/library/busybox@sha256:... (64 hex digits)");
        }
        return new ImageReference(m.group(1), m.group(2), Hash.ofHex(m.group(4)));
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return registry + "/" + repository + "@sha256:" + digest.toHex();
    }
}
