package org.zennet.publisher.internal.buyer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.zennet.market.message.ImageProgress;

/** How far the image of one lease is that its provider pulls from a registry, by what it says. Used in one mailbox. */
public final class ImageWatch {
    private static final long SHOW_MILLIS = 200;
    private Optional<ImageProgress> newest = Optional.empty();
    private Instant shown = Instant.EPOCH;

    /** The provider says something; whether that is worth to be shown: at most five times a second, whatever it sends. */
    public boolean heard(ImageProgress now, Instant at) {
        boolean late = now.bytes() == now.total() || Duration.between(shown, at).toMillis() >= SHOW_MILLIS;
        if (!late || newest.filter(now::equals).isPresent()) {
            return false;
        }
        newest = Optional.of(now);
        shown = at;
        return true;
    }

    /** While something of it is missing. */
    public Optional<ImageProgress> open() {
        return newest.filter(p -> p.bytes() < p.total());
    }
}
