package org.zennet.services.provider;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Hash;
import org.zennet.services.Rejected;

/** Brings images here from the registries that this machine's owner allows. Thread-safe. */
public interface ImageRegistries {
    /** Why this image is not pulled here, in one line; empty where it may be. Asks nobody. */
    Optional<String> objection(ImageReference image);

    /**
     * Pulls an image into a file: a tar of an OCI layout with what the digest names, for this machine's processor, and nothing
     * else. The same image gives the same bytes everywhere. Blocks for as long as the configuration allows; an interrupt ends it.
     *
     * @param file written from its beginning; what it holds after a failure means nothing
     * @return SHA-256 of the file
     * @throws Rejected with one line: not allowed, too large, too slow, not what the digest says
     */
    Hash pull(ImageReference image, Path file, Watcher watcher) throws Rejected, IOException, InterruptedException;

    /** Hears how a pull goes, on its thread. */
    interface Watcher {
        /**
         * How large it is, packed, before anything large is fetched.
         *
         * @throws IOException where there is no room for it; that ends the pull
         */
        void size(long bytes) throws IOException;

        /** So many of its bytes are here; often. */
        void moved(long bytes);
    }
}
