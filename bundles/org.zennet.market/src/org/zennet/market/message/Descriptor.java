package org.zennet.market.message;

import java.util.List;
import java.util.Optional;
import org.zennet.api.container.ImageReference;
import org.zennet.api.container.Isolation;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/**
 * What a publisher needs, told after authentication. Its digest stands in the announcement.
 *
 * @param job        the job's id
 * @param name       for people; at most 80 bytes
 * @param backend    the container backend's id, such as {@code wasm}
 * @param isolation  the weakest that will do
 * @param image      SHA-256 of the module or image
 * @param imageBytes its size
 * @param resources  of each machine
 * @param tasks      how many tasks the job has
 * @param taskUsage  what one task is expected to use; zero where unknown
 * @param terms      the terms that the publisher proposes
 * @param kind       what the lease is for
 * @param features   what the backend must be able to do beyond running tasks, see
 *                   {@link org.zennet.api.container.Capabilities#features}
 * @param reference  where an image of a registry lies, as {@link ImageReference} writes it; then {@code image} is its digest and
 *                   {@code imageBytes} is 0. Empty where the publisher has the bytes
 */
@Message(Tag.DESCRIPTOR)
public record Descriptor(Hash job, @Limit(80) String name, @Limit(32) String backend, Isolation isolation, Hash image,
        long imageBytes, Resources resources, int tasks, UsageVector taskUsage, Terms terms, LeaseKind kind,
        @Limit(value = 16, each = 32) List<String> features, @Limit(ImageReference.MAX) Optional<String> reference) {
    /** Refuses a reference that names something else than the image. */
    public Descriptor {
        reference.map(ImageReference::parse).ifPresent(r -> {
            if (!r.digest().equals(image) || imageBytes != 0) {
                throw new IllegalArgumentException("the reference does not name the image");
            }
        });
    }

    /** Of an image or module whose bytes the publisher has. */
    public Descriptor(Hash job, String name, String backend, Isolation isolation, Hash image, long imageBytes,
            Resources resources, int tasks, UsageVector taskUsage, Terms terms, LeaseKind kind, List<String> features) {
        this(job, name, backend, isolation, image, imageBytes, resources, tasks, taskUsage, terms, kind, features, Optional.empty());
    }

    /** For tasks that need nothing but their arguments and input. */
    public Descriptor(Hash job, String name, String backend, Isolation isolation, Hash image, long imageBytes,
            Resources resources, int tasks, UsageVector taskUsage, Terms terms) {
        this(job, name, backend, isolation, image, imageBytes, resources, tasks, taskUsage, terms, LeaseKind.TASKS);
    }

    /** Without features besides those that the kind implies. */
    public Descriptor(Hash job, String name, String backend, Isolation isolation, Hash image, long imageBytes,
            Resources resources, int tasks, UsageVector taskUsage, Terms terms, LeaseKind kind) {
        this(job, name, backend, isolation, image, imageBytes, resources, tasks, taskUsage, terms, kind, List.of());
    }
}
