package org.zennet.virtualization.internal.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.zennet.virtualization.image.TarWriter;

/** An image in pieces, as a registry keeps them: layers packed by gzip, a configuration, a manifest, an index. */
final class TestImage {
    final Map<String, byte[]> blobs = new LinkedHashMap<>();
    final List<String> layers = new ArrayList<>();
    final byte[] config;
    final byte[] manifest;
    final byte[] index;

    /** With one layer for each content. */
    TestImage(byte[]... files) {
        this("application/vnd.oci.image.layer.v1.tar+gzip", files);
    }

    TestImage(String kind, byte[]... files) {
        List<String> diffs = new ArrayList<>();
        List<String> descriptions = new ArrayList<>();
        for (int i = 0; i < files.length; i++) {
            byte[] tar = tar("file-" + i, files[i]);
            diffs.add("\"" + digest(tar) + "\"");
            byte[] packed = gzip(tar);
            layers.add(digest(packed));
            blobs.put(digest(packed), packed);
            descriptions.add(descriptor(packed, kind, ""));
        }
        config = text("{\"architecture\":\"" + architecture() + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/file-0\"]},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + String.join(",", diffs) + "]}}");
        blobs.put(digest(config), config);
        manifest = text("{\"schemaVersion\":2,\"mediaType\":\"" + Media.MANIFEST + "\",\"config\":"
                + descriptor(config, "application/vnd.oci.image.config.v1+json", "") + ",\"layers\":[" + String.join(",", descriptions) + "]}");
        index = text("{\"schemaVersion\":2,\"mediaType\":\"" + Media.INDEX + "\",\"manifests\":["
                + descriptor(text("{}"), Media.MANIFEST, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}") + ","
                + descriptor(manifest, Media.MANIFEST, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture() + "\"}") + "]}");
    }

    /** Bytes of all parts but the manifests. */
    long size() {
        return blobs.values().stream().mapToLong(b -> b.length).sum();
    }

    static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static String descriptor(byte[] blob, String kind, String more) {
        return "{\"mediaType\":\"" + kind + "\",\"digest\":\"" + digest(blob) + "\",\"size\":" + blob.length + more + "}";
    }

    static byte[] text(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    static String digest(byte[] b) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(b));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] tar(String name, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(TarWriter.header(name, content.length));
        out.writeBytes(content);
        out.writeBytes(TarWriter.padding(content.length));
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] b) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream z = new GZIPOutputStream(out)) {
            z.write(b);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
