package org.zennet.virtualization.internal.registry;

/** Kinds of descriptions, as the OCI image specification 1.1 and Docker's registries name them. */
final class Media {
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private Media() { }

    /** Whether a layer of this kind can be used: a tar, plain or packed by gzip, that lies in the registry itself. */
    static boolean usable(String layer) {
        return !layer.contains("foreign") && !layer.contains("nondistributable") && (layer.isEmpty() || layer.endsWith(".tar")
                || layer.endsWith("tar+gzip") || layer.endsWith("tar.gzip"));
    }
}
