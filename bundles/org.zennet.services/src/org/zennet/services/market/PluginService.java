package org.zennet.services.market;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.zennet.services.Rejected;

/**
 * Plug-in bundles, installed into and removed from this running process. Their jars are kept in the data directory
 * under {@code plugins} and started again with the process. A bundle is trusted code: show {@link PluginInfo#notice}.
 * Thread-safe; calls take up to seconds and belong on worker threads.
 */
public interface PluginService {
    /** The largest jar that is taken, in bytes. */
    long MAX_SIZE = 20L << 20;

    /**
     * What a jar is, without installing it: whose code, under which licence, which API it takes, and as
     * {@link PluginInfo#problem} why it can't be installed or updated here; to be shown before {@link #install}.
     *
     * @throws Rejected when it is no plug-in at all
     */
    PluginInfo inspect(Path jar) throws Rejected;

    /**
     * Installs and starts a bundle from a copy of a jar.
     *
     * @param sha256 of the jar that was shown, lower-case hex: another one in its place is refused; empty for any
     * @throws Rejected with a reason for people, and nothing changed: no bundle, too large, already installed (use
     *                  {@link #update}), a fragment, made for another version of the API, requirements that are missing
     */
    PluginInfo install(Path jar, Optional<String> sha256) throws Rejected;

    /** Installs whatever the jar is. */
    default PluginInfo install(Path jar) throws Rejected {
        return install(jar, Optional.empty());
    }

    /**
     * Replaces an installed bundle by another version of it, told by its symbolic name. When the new one can't be
     * started the old one is put back.
     */
    PluginInfo update(Path jar, Optional<String> sha256) throws Rejected;

    /** Updates to whatever the jar is. */
    default PluginInfo update(Path jar) throws Rejected {
        return update(jar, Optional.empty());
    }

    /**
     * Stops a bundle, uninstalls it and deletes its jar. Calls that are inside it end as they end.
     *
     * @throws Rejected when no plug-in of this name is installed
     */
    void remove(String name) throws Rejected;

    /** What is installed, by name. */
    List<PluginInfo> list();
}
