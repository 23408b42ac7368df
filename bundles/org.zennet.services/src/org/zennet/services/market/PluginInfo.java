package org.zennet.services.market;

import java.util.List;
import java.util.Optional;

/**
 * A plug-in bundle that the owner installed.
 *
 * @param name       its symbolic name: what {@code plugins remove} takes
 * @param version    of the bundle
 * @param label      a name for people; the symbolic name where it has none
 * @param license    what its manifest says; empty when it says nothing
 * @param signer     the common name of who signed its jar; empty when it is unsigned
 * @param apis       the packages of Zennet's api that it uses and the ranges of versions it takes, such as
 *                   {@code org.zennet.api.pricing [1.0,2)}
 * @param sha256     of the jar, lower-case hex
 * @param active     whether it runs
 * @param problem    why it does not run, one line; empty when it does
 * @param extensions what it offers now
 */
public record PluginInfo(String name, String version, String label, String license, Optional<String> signer,
        List<String> apis, String sha256, boolean active, String problem, List<ExtensionInfo> extensions) {
    /** Copies the lists. */
    public PluginInfo {
        apis = List.copyOf(apis);
        extensions = List.copyOf(extensions);
    }

    /** What people are told when it is installed: whose code it is and that it is trusted. One line. */
    public String notice() {
        return name + " " + version + " runs with all rights of this process and can reach its money and files; signer: "
                + signer.orElse("none (unsigned)") + ", licence: " + (license.isEmpty() ? "not stated" : license)
                + ", uses: " + (apis.isEmpty() ? "no Zennet API" : String.join(", ", apis));
    }
}
