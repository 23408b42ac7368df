package org.zennet.virtualization.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;

/**
 * An image archive, read and checked before anybody unpacks it: as {@code docker save} writes it, or a tar of the OCI
 * image layout (image-spec 1.0: {@code index.json}, {@code blobs/sha256/}). An engine is given a rewritten archive that
 * holds nothing but the configuration and the layers that were checked, under names and with the one tag that this class
 * chose: so no archive can replace another image of the host. Immutable.
 */
public final class ImageArchive {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int LARGEST_JSON = 1 << 20;
    private static final int MAX_LAYERS = 127;
    private static final int MAX_WORDS = 1000;
    private static final int MAX_OUTER = 2000;
    private static final int MAX_INDEXES = 3;

    /**
     * What is refused.
     *
     * @param archive  bytes of the archive
     * @param unpacked bytes of all files of all layers
     * @param entries  of all layers
     */
    public record Limits(long archive, long unpacked, long entries) { }

    /**
     * What an image runs.
     *
     * @param id         the engine's id of it: the digest of its configuration
     * @param entrypoint what comes before a task's arguments
     * @param command    what runs where a task has no arguments
     * @param environment {@code NAME=value} that the image sets
     */
    public record Program(String id, List<String> entrypoint, List<String> command, List<String> environment) {
        /** The whole command line of a task: its own command, or the image's, and its arguments, or the image's. */
        public List<String> line(TaskSpec task) {
            List<String> all = new ArrayList<>(task.command().isEmpty() ? entrypoint : task.command());
            all.addAll(task.args().isEmpty() && task.command().isEmpty() ? command : task.args());
            return all;
        }
    }

    private record Piece(long offset, long size, byte[] digest) { }

    private final Path file;
    private final Hash hash;
    private final Program program;
    private final byte[] config;
    private final List<Piece> layers;

    private ImageArchive(Path file, Hash hash, Program program, byte[] config, List<Piece> layers) {
        this.file = file;
        this.hash = hash;
        this.program = program;
        this.config = config;
        this.layers = layers;
    }

    /**
     * Reads and checks an archive.
     *
     * @param architecture what the host runs, in the words of images: {@code amd64}, {@code arm64}
     * @throws IOException           when it can't be read or has another hash
     * @throws InvalidImageException when it is refused
     */
    public static ImageArchive read(Path file, Hash hash, String architecture, Limits limits)
            throws IOException, InvalidImageException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > limits.archive()) {
                throw new InvalidImageException("the archive has more than " + limits.archive() + " bytes");
            }
            Map<String, Piece> pieces = new HashMap<>();
            MessageDigest whole = sha256();
            // only the hash of the file stands for what is in it: reads all of it before anything is believed
            try (InputStream in = new BufferedInputStream(new DigestInputStream(Channels.newInputStream(
                    channel.position(0)), whole), 1 << 16)) {
                index(in, pieces);
                in.transferTo(java.io.OutputStream.nullOutputStream());
            } catch (InvalidImageException e) {
                if (!hash(file).equals(hash)) {
                    throw new IOException("the image is not the one that was asked for: its hash differs");
                }
                throw e;
            }
            if (!Hash.of(whole.digest()).equals(hash)) {
                throw new IOException("the image is not the one that was asked for: its hash differs");
            }
            return check(file, hash, pieces, architecture, limits);
        }
    }

    private static Hash hash(Path file) throws IOException {
        MessageDigest d = sha256();
        try (InputStream in = new DigestInputStream(java.nio.file.Files.newInputStream(file), d)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return Hash.of(d.digest());
    }

    private static void index(InputStream in, Map<String, Piece> pieces) throws IOException, InvalidImageException {
        TarReader tar = new TarReader(in);
        byte[] buffer = new byte[1 << 16];
        Optional<TarReader.Entry> next = tar.next();
        int count = 0;
        while (next.isPresent()) {
            TarReader.Entry e = next.get();
            String name = Names.inside(e.name());
            if (++count > MAX_OUTER) {
                throw new InvalidImageException("the archive has more than " + MAX_OUTER + " entries");
            }
            if (e.type() == '0') {
                MessageDigest digest = sha256();
                int n = tar.read(buffer, 0, buffer.length);
                while (n >= 0) {
                    digest.update(buffer, 0, n);
                    n = tar.read(buffer, 0, buffer.length);
                }
                if (pieces.put(name, new Piece(e.offset(), e.size(), digest.digest())) != null) {
                    throw new InvalidImageException("the archive has two files " + Names.shown(name));
                }
            } else if (e.type() != '5') {
                throw new InvalidImageException("the archive holds more than files and directories: " + Names.shown(name));
            }
            next = tar.next();
        }
    }

    /** Where the parts of the image lie. */
    private record Found(Piece config, List<Piece> layers) { }

    private static ImageArchive check(Path file, Hash hash, Map<String, Piece> pieces, String architecture, Limits limits)
            throws IOException, InvalidImageException {
        Found found = pieces.containsKey("manifest.json") ? saved(file, pieces)
                : pieces.containsKey("index.json") ? layout(file, pieces, architecture)
                : none();
        JsonNode config = json(file, found.config(), "the configuration");
        if (!config.path("os").asText("").equals("linux") || !config.path("architecture").asText("").equals(architecture)) {
            throw new InvalidImageException("the image is for " + Names.shown(config.path("os").asText("?") + "/"
                    + config.path("architecture").asText("?")) + ", this host runs linux/" + architecture);
        }
        JsonNode c = config.path("config");
        if (c.path("Volumes").size() > 0) {
            throw new InvalidImageException("the image declares volumes, which would be written without a limit: "
                    + "make it without VOLUME");
        }
        JsonNode diffs = config.path("rootfs").path("diff_ids");
        if (found.layers().isEmpty() || found.layers().size() > MAX_LAYERS || found.layers().size() != diffs.size()) {
            throw new InvalidImageException("the image has no layers, more than " + MAX_LAYERS
                    + ", or not those of its configuration");
        }
        LayerCheck check = new LayerCheck(limits.unpacked(), limits.entries());
        for (int i = 0; i < diffs.size(); i++) {
            byte[] digest = check.layer(layer(file, found.layers().get(i)));
            if (!diffs.get(i).asText("").equals("sha256:" + HexFormat.of().formatHex(digest))) {
                throw new InvalidImageException("layer " + (i + 1) + " is not the one that the configuration names");
            }
        }
        Program program = new Program("sha256:" + HexFormat.of().formatHex(found.config().digest()),
                words(c.path("Entrypoint")), words(c.path("Cmd")), words(c.path("Env")));
        return new ImageArchive(file, hash, program, bytes(file, found.config()), found.layers());
    }

    private static Found none() throws InvalidImageException {
        throw new InvalidImageException("the archive holds neither manifest.json nor index.json: it must be one that "
                + "'docker save' wrote, or a tar of an OCI layout");
    }

    private static Found saved(Path file, Map<String, Piece> pieces) throws IOException, InvalidImageException {
        JsonNode manifest = json(file, piece(pieces, "manifest.json"), "manifest.json");
        if (!manifest.isArray() || manifest.size() != 1) {
            throw new InvalidImageException("the archive must hold exactly one image: docker save IMAGE");
        }
        JsonNode names = manifest.get(0).path("Layers");
        List<Piece> layers = new ArrayList<>();
        for (int i = 0; i < Math.min(names.size(), MAX_LAYERS + 1); i++) {
            layers.add(piece(pieces, Names.inside(names.get(i).asText(""))));
        }
        return new Found(piece(pieces, Names.inside(manifest.get(0).path("Config").asText(""))), layers);
    }

    private static Found layout(Path file, Map<String, Piece> pieces, String architecture)
            throws IOException, InvalidImageException {
        JsonNode manifest = json(file, piece(pieces, "index.json"), "index.json");
        for (int depth = 0; manifest.has("manifests"); depth++) {
            if (depth == MAX_INDEXES) {
                throw new InvalidImageException("the archive's index leads to no image");
            }
            JsonNode wanted = null;
            JsonNode all = manifest.path("manifests");
            for (JsonNode m : all) {
                JsonNode p = m.path("platform");
                // where nothing is said, the configuration tells
                boolean fits = all.size() == 1 || p.path("os").asText("").equals("linux")
                        && p.path("architecture").asText("").equals(architecture);
                if (fits && wanted != null) {
                    throw new InvalidImageException("the archive holds more than one image for linux/" + architecture);
                }
                wanted = fits ? m : wanted;
            }
            if (wanted == null) {
                throw new InvalidImageException("the archive holds no image for linux/" + architecture);
            }
            manifest = json(file, blob(pieces, wanted), "the manifest");
        }
        List<Piece> layers = new ArrayList<>();
        JsonNode list = manifest.path("layers");
        for (int i = 0; i < Math.min(list.size(), MAX_LAYERS + 1); i++) {
            layers.add(blob(pieces, list.get(i)));
        }
        return new Found(blob(pieces, manifest.path("config")), layers);
    }

    /** What a descriptor names, which must be what it says. */
    private static Piece blob(Map<String, Piece> pieces, JsonNode descriptor) throws InvalidImageException {
        String digest = descriptor.path("digest").asText("");
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw new InvalidImageException("not a SHA-256 digest: " + Names.shown(digest));
        }
        String hex = digest.substring("sha256:".length());
        Piece p = piece(pieces, "blobs/sha256/" + hex);
        if (!HexFormat.of().formatHex(p.digest()).equals(hex) || p.size() != descriptor.path("size").asLong(-1)) {
            throw new InvalidImageException("a blob is not what its name or its size says: " + hex);
        }
        return p;
    }

    private static List<String> words(JsonNode node) throws InvalidImageException {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        for (JsonNode w : node) {
            if (!w.isTextual() || w.asText().indexOf('\0') >= 0) {
                throw new InvalidImageException("the image's configuration has something else than words in a command");
            }
            all.add(w.asText());
        }
        if (!node.isArray() || all.size() > MAX_WORDS || all.stream().mapToInt(String::length).sum() > 1 << 16) {
            throw new InvalidImageException("the image's configuration has a command or an environment of unusual size");
        }
        return List.copyOf(all);
    }

    private static Piece piece(Map<String, Piece> pieces, String name) throws InvalidImageException {
        Piece p = pieces.get(name);
        if (p == null) {
            throw new InvalidImageException("the archive lacks " + Names.shown(name)
                    + ": it must be one that 'docker save' wrote");
        }
        return p;
    }

    private static JsonNode json(Path file, Piece p, String what) throws IOException, InvalidImageException {
        if (p.size() > LARGEST_JSON) {
            throw new InvalidImageException(what + " has more than " + LARGEST_JSON + " bytes");
        }
        try {
            JsonNode n = JSON.readTree(bytes(file, p));
            if (n == null) {
                throw new InvalidImageException(what + " is empty");
            }
            return n;
        } catch (JsonProcessingException e) {
            throw new InvalidImageException(what + " is not valid JSON");
        }
    }

    private static byte[] bytes(Path file, Piece p) throws IOException {
        try (InputStream in = part(file, p)) {
            return in.readAllBytes();
        }
    }

    /** The layer as it is applied: unpacked where it is packed. */
    private static InputStream layer(Path file, Piece p) throws IOException, InvalidImageException {
        BufferedInputStream in = new BufferedInputStream(part(file, p), 1 << 16);
        in.mark(2);
        int first = in.read();
        int second = in.read();
        in.reset();
        if (first == 0x1F && second == 0x8B) {
            try {
                return new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
            } catch (ZipException e) {
                throw new InvalidImageException("a layer is packed in a broken way");
            }
        }
        return in;
    }

    /** A part of the file, which must still be what it was. */
    private static InputStream part(Path file, Piece p) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        MessageDigest digest = sha256();
        return new InputStream() {
            private final InputStream in = Channels.newInputStream(channel.position(p.offset()));
            private long left = p.size();

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] to, int at, int length) throws IOException {
                if (left == 0 || length == 0) {
                    return left == 0 ? -1 : 0;
                }
                int n = in.read(to, at, (int) Math.min(left, length));
                if (n > 0) {
                    digest.update(to, at, n);
                    left -= n;
                }
                if (n < 0 || left == 0 && !MessageDigest.isEqual(digest.digest(), p.digest())) {
                    throw new IOException("the image changed while it was read");
                }
                return n;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** What the image runs. */
    public Program program() {
        return program;
    }

    /** The archive for the engine, with the one tag. */
    public InputStream forEngine(String tag) throws IOException {
        String id = program.id().substring("sha256:".length());
        List<InputStream> parts = new ArrayList<>();
        StringBuilder names = new StringBuilder();
        parts.add(TarWriter.file(id + ".json", config));
        for (int i = 0; i < layers.size(); i++) {
            Piece p = layers.get(i);
            String name = "layer-" + i + ".tar";
            parts.add(new ByteArrayInputStream(TarWriter.header(name, p.size())));
            parts.add(part(file, p));
            parts.add(new ByteArrayInputStream(TarWriter.padding(p.size())));
            names.append(names.isEmpty() ? "" : ",").append('"').append(name).append('"');
        }
        parts.add(TarWriter.file("manifest.json", ("[{\"Config\":\"" + id + ".json\",\"RepoTags\":[\"" + tag
                + "\"],\"Layers\":[" + names + "]}]").getBytes(StandardCharsets.UTF_8)));
        parts.add(new ByteArrayInputStream(new byte[1024]));
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    /** How many layers it has. */
    public int layers() {
        return layers.size();
    }

    /**
     * A layer's tar, unpacked where it was packed, lowest first; the caller closes it. Reading fails where the file has
     * changed since it was checked.
     *
     * @param index from 0
     */
    public InputStream layer(int index) throws IOException {
        try {
            return layer(file, layers.get(index));
        } catch (InvalidImageException e) {
            throw new IOException("the image changed while it was read", e);
        }
    }

    /** The hash of the file. */
    public Hash hash() {
        return hash;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
