package org.zennet.publisher.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.zennet.api.container.FileArchive;
import org.zennet.publisher.internal.buyer.ContentStore;

/** Image archives without layers: what publishers look at. */
public final class Images {
    private Images() { }

    /** As docker save writes them. */
    public static Path saved(Path file, String architecture) throws IOException {
        return of(file, config(architecture, "\"Entrypoint\":[\"/bin/run\"]"));
    }

    /** With a configuration. */
    public static Path of(Path file, String config) throws IOException {
        return archive(file, Map.of("manifest.json", "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":[]}]", "c.json", config));
    }

    /** As an OCI layout, of one image for each architecture. */
    public static Path layout(Path file, String... architectures) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        StringBuilder all = new StringBuilder();
        for (String a : architectures) {
            String config = blob(files, config(a, "\"Cmd\":[\"x\"]"));
            String manifest = blob(files, "{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[]}");
            all.append(all.isEmpty() ? "" : ",").append(manifest, 0, manifest.length() - 1)
                    .append(",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + a + "\"}}");
        }
        files.put("index.json", "{\"schemaVersion\": 2,\n\t\"manifests\": [" + all + "]}");
        files.put("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        return archive(file, files);
    }

    private static String blob(Map<String, String> files, String content) {
        String hex = ContentStore.sha256(content.getBytes(StandardCharsets.UTF_8)).toHex();
        files.put("blobs/sha256/" + hex, content);
        return "{\"digest\":\"sha256:" + hex + "\",\"size\":" + content.length() + "}";
    }

    /** The configuration of an image. */
    public static String config(String architecture, String run) {
        return "{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"created\":\"2026-01-01T00:00:00.5Z\","
                + "\"config\":{\"Env\":[\"PATH=/bin\"]" + (run.isEmpty() ? "" : "," + run) + "},"
                + "\"history\":[{\"created_by\":\"RUN a \\u0026\\u0026 b \\\"c\\\"\\t\\n # \\/\",\"empty_layer\":true}],"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    }

    /** Files in a tar. */
    public static Path archive(Path file, Map<String, String> files) throws IOException {
        try (OutputStream out = Files.newOutputStream(file); FileArchive.Writer w = new FileArchive.Writer(out)) {
            for (Map.Entry<String, String> e : files.entrySet()) {
                byte[] b = e.getValue().getBytes(StandardCharsets.UTF_8);
                w.file(e.getKey(), false, b.length, new ByteArrayInputStream(b));
            }
        }
        return file;
    }
}
