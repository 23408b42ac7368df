package org.zennet.provider.internal.content;

import java.util.Optional;
import org.zennet.api.container.ImageReference;
import org.zennet.market.message.Descriptor;

/**
 * Where the module or image of a lease comes from.
 *
 * @param bytes     of what the publisher has; 0 for an image of a registry
 * @param reference the image of a registry
 */
public record ImageSource(long bytes, Optional<ImageReference> reference) {
    /** Of a lease whose container was started by an earlier life: nothing is fetched any more. */
    public static final ImageSource NONE = new ImageSource(0, Optional.empty());

    /** As a publisher describes it. */
    public static ImageSource of(Descriptor d) {
        return new ImageSource(d.imageBytes(), d.reference().map(ImageReference::parse));
    }
}
