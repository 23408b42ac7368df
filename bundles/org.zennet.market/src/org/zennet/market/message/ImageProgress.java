package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * From the provider, before the container starts: how far the image of a registry has come. At most twice a second; says
 * nothing that counts.
 *
 * @param bytes that are here
 * @param total of the whole image, packed
 */
@Message(Tag.IMAGE_PROGRESS)
public record ImageProgress(Hash contract, long bytes, long total) {
    /** Refuses numbers that nothing has. */
    public ImageProgress {
        if (bytes < 0 || total < bytes) {
            throw new IllegalArgumentException("no progress: " + bytes + " of " + total);
        }
    }

    /** For people, such as {@code 12 of 40 MiB}. */
    public String text() {
        return total < 10 << 20 ? (bytes >> 10) + " of " + (total + 1023 >> 10) + " KiB" : (bytes >> 20) + " of " + (total + (1 << 20) - 1 >> 20) + " MiB";
    }
}
