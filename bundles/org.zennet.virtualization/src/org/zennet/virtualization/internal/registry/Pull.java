package org.zennet.virtualization.internal.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Hash;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ImageRegistries;
import org.zennet.virtualization.image.Names;
import org.zennet.virtualization.image.TarWriter;

/**
 * One pull: from the digest to an archive of an OCI layout. Each part is checked against the digest and size that led to it while
 * it comes, and goes straight into the archive. What the layers hold is for {@link
 * org.zennet.virtualization.image.ImageArchive} to judge. Used once.
 */
final class Pull {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final int LARGEST_JSON = 1 << 20;
    private static final int MAX_LAYERS = 127;
    private static final int MAX_INDEXES = 3;

    private final RegistryClient client;
    private final ImageReference image;
    private final String architecture;
    private final long largest;
    private final ImageRegistries.Watcher watcher;
    private long moved;

    /** A part of the image. */
    private record Part(String digest, long size, String kind) {
        static Part of(JsonNode d) throws Rejected {
            String digest = d.path("digest").asText("");
            if (!digest.matches("sha256:[0-9a-f]{64}") || !d.path("size").canConvertToLong() || d.path("size").asLong() < 0) {
                throw new Rejected("the image names a part by something else than a SHA-256 digest and a size: " + Names.shown(digest));
            }
            return new Part(digest, d.path("size").asLong(), d.path("mediaType").asText(""));
        }

        String name() {
            return "blobs/sha256/" + digest.substring("sha256:".length());
        }
    }

    /** The manifest as it came. */
    private record Manifest(Part part, byte[] bytes, JsonNode json) { }

    /**
     * For one image.
     *
     * @param architecture in the words of images, such as {@code amd64}
     * @param largest      the most bytes of all parts together
     */
    Pull(RegistryClient client, ImageReference image, String architecture, long largest, ImageRegistries.Watcher watcher) {
        this.client = client;
        this.image = image;
        this.architecture = architecture;
        this.largest = largest;
        this.watcher = watcher;
    }

    /** Pulls it into a file; its hash. */
    Hash into(Path file) throws IOException, InterruptedException, Rejected {
        Manifest manifest = manifest();
        Map<String, Part> parts = parts(manifest.json());
        long total = 0;
        for (Part p : parts.values()) {
            total = total > largest ? total : Math.addExact(total, Math.min(p.size(), largest + 1));
        }
        if (total > largest) {
            throw new Rejected("the image " + image + " has " + (parts.values().stream().mapToLong(p -> p.size() >> 20).sum())
                    + " MiB packed, more than the " + (largest >> 20) + " MiB that are pulled here");
        }
        watcher.size(total);
        MessageDigest whole = sha256();
        try (OutputStream out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), whole)) {
            entry(out, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII));
            entry(out, manifest.part().name(), manifest.bytes());
            for (Part p : parts.values()) {
                out.write(TarWriter.header(p.name(), p.size()));
                copy(p, out);
                out.write(TarWriter.padding(p.size()));
            }
            entry(out, "index.json", ("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + Media.MANIFEST + "\",\"digest\":\""
                    + manifest.part().digest() + "\",\"size\":" + manifest.bytes().length + "}]}").getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[1024]);
        }
        return Hash.of(whole.digest());
    }

    /** From the reference to the one manifest for this processor. */
    private Manifest manifest() throws IOException, InterruptedException, Rejected {
        Part at = new Part("sha256:" + image.digest().toHex(), -1, "");
        for (int depth = 0; depth <= MAX_INDEXES; depth++) {
            byte[] bytes = description(at);
            JsonNode json = json(bytes);
            if (!json.path("manifests").isArray()) {
                return new Manifest(at, bytes, json);
            }
            at = fitting(json.path("manifests"));
        }
        throw new Rejected("the index " + image + " leads to no image");
    }

    private Part fitting(JsonNode manifests) throws Rejected {
        JsonNode found = null;
        for (JsonNode m : manifests) {
            JsonNode p = m.path("platform");
            boolean fits = manifests.size() == 1 || p.path("os").asText("").equals("linux") && p.path("architecture").asText("").equals(architecture);
            if (fits && found == null) { // where several fit, the first is the plainest: variants come after it
                found = m;
            }
        }
        if (found == null) {
            throw new Rejected("the image " + image + " is not there for linux/" + architecture);
        }
        return Part.of(found);
    }

    private byte[] description(Part p) throws IOException, InterruptedException, Rejected {
        byte[] bytes;
        try (InputStream in = client.manifest(p.digest())) {
            bytes = in.readNBytes(LARGEST_JSON + 1);
        }
        if (bytes.length > LARGEST_JSON) {
            throw new Rejected("the description of the image " + image + " has more than " + LARGEST_JSON + " bytes");
        }
        if (!p.digest().equals("sha256:" + HexFormat.of().formatHex(sha256().digest(bytes))) || p.size() >= 0 && p.size() != bytes.length) {
            throw new Rejected("the digest does not match: the registry " + image.registry() + " gave other bytes than " + p.digest());
        }
        return bytes;
    }

    private JsonNode json(byte[] bytes) throws IOException, Rejected {
        try {
            JsonNode n = JSON.readTree(bytes);
            if (n != null && n.isObject()) {
                return n;
            }
        } catch (JsonProcessingException e) {
            // told below
        }
        throw new Rejected("the description of the image " + image + " is not valid JSON");
    }

    /** The configuration and the layers, each once. */
    private Map<String, Part> parts(JsonNode manifest) throws Rejected {
        JsonNode layers = manifest.path("layers");
        if (!manifest.has("config") || !layers.isArray() || layers.isEmpty() || layers.size() > MAX_LAYERS) {
            throw new Rejected("the manifest of " + image + " has no configuration, no layers, or more than " + MAX_LAYERS);
        }
        List<Part> all = new ArrayList<>(List.of(Part.of(manifest.path("config"))));
        if (all.getFirst().size() > LARGEST_JSON) {
            throw new Rejected("the configuration of the image " + image + " has more than " + LARGEST_JSON + " bytes");
        }
        for (JsonNode l : layers) {
            Part p = Part.of(l);
            if (!Media.usable(p.kind())) {
                throw new Rejected("the image " + image + " has a layer that is not a tar, plain or packed by gzip: " + Names.shown(p.kind()));
            }
            all.add(p);
        }
        Map<String, Part> once = new LinkedHashMap<>();
        for (Part p : all) {
            Part other = once.putIfAbsent(p.digest(), p);
            if (other != null && other.size() != p.size()) {
                throw new Rejected("the image " + image + " gives two sizes to one part");
            }
        }
        return once;
    }

    private void copy(Part p, OutputStream out) throws IOException, InterruptedException, Rejected {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        long left = p.size();
        try (InputStream in = client.blob(p.digest())) {
            int n = in.read(buffer);
            while (n >= 0 && left >= n) {
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
                left -= n;
                moved += n;
                watcher.moved(moved);
                n = in.read(buffer);
            }
            if (n >= 0 || left > 0) {
                throw new Rejected("the registry " + image.registry() + " gave " + (n >= 0 ? "more" : "less") + " than the " + p.size() + " bytes of " + p.digest());
            }
        }
        if (!p.digest().equals("sha256:" + HexFormat.of().formatHex(digest.digest()))) {
            throw new Rejected("the digest does not match: the registry " + image.registry() + " gave other bytes than " + p.digest());
        }
    }

    private static void entry(OutputStream out, String name, byte[] content) throws IOException {
        try (InputStream in = TarWriter.file(name, content)) {
            in.transferTo(out);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
