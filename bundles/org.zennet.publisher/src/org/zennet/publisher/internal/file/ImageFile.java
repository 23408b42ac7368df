package org.zennet.publisher.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * What an image archive says of itself: a tar as {@code docker save} writes it (manifest.json) or of an OCI layout
 * (index.json), see github.com/opencontainers/image-spec. Read to tell mistakes before coins move; whoever runs it
 * checks every byte of it. Reads headers and descriptions only.
 */
final class ImageFile {
    private static final int BLOCK = 512;
    private static final int MAX_ENTRIES = 2000;
    private static final int MAX_JSON = 1 << 20;
    private static final int MAX_INDEXES = 3;

    /**
     * What an image is for.
     *
     * @param architecture as announcements name it: {@code x86_64}, {@code aarch64}, or what the image says
     * @param program      whether it says what to run: an entry point or a command
     */
    record Said(String architecture, boolean program) { }

    private record Piece(long offset, long size) { }

    private final FileChannel channel;
    private final Map<String, Piece> pieces = new HashMap<>();

    private ImageFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Reads an image's own description.
     *
     * @throws IOException with one line, when it is no image archive
     */
    static Said read(Path file, String host) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ImageFile image = new ImageFile(channel);
            image.index();
            return image.said(host);
        }
    }

    private void index() throws IOException {
        long at = 0;
        while (true) {
            byte[] h = bytes(new Piece(at, BLOCK));
            at += BLOCK;
            boolean blank = true;
            for (byte b : h) {
                blank &= b == 0;
            }
            if (blank) {
                return;
            }
            if (!new String(h, 257, 5, StandardCharsets.US_ASCII).equals("ustar") || pieces.size() > MAX_ENTRIES) {
                throw new IOException("it is no tar archive with an image");
            }
            long size = size(h);
            if (h[156] == '0' || h[156] == 0) {
                String prefix = h[262] == 0 ? text(h, 345, 155) : "";
                String name = (prefix.isEmpty() ? "" : prefix + "/") + text(h, 0, 100);
                pieces.put(name.startsWith("./") ? name.substring(2) : name, new Piece(at, size));
            }
            at = Math.addExact(at, (size + BLOCK - 1) / BLOCK * BLOCK);
        }
    }

    private static long size(byte[] h) throws IOException {
        if ((h[124] & 0x80) != 0) {
            return ByteBuffer.wrap(h, 128, 8).getLong() & Long.MAX_VALUE >> 10;
        }
        String digits = text(h, 124, 12).strip();
        if (!digits.matches("[0-7]{1,12}")) {
            throw new IOException("it is no tar archive with an image");
        }
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] h, int at, int length) {
        int end = at;
        while (end < at + length && h[end] != 0) {
            end++;
        }
        return new String(h, at, end - at, StandardCharsets.UTF_8);
    }

    private Said said(String host) throws IOException {
        Map<?, ?> config;
        if (pieces.containsKey("manifest.json")) {
            if (!(json("manifest.json") instanceof List<?> images) || images.size() != 1 || !(images.getFirst() instanceof Map<?, ?> image)) {
                throw new IOException("its manifest.json must name exactly one image: docker save IMAGE");
            }
            config = map(json(String.valueOf(image.get("Config"))));
        } else if (pieces.containsKey("index.json")) {
            config = layout(host);
        } else {
            throw new IOException("it holds neither manifest.json (docker save) nor index.json (an OCI layout)");
        }
        if (!"linux".equals(config.get("os"))) {
            throw new IOException("its programs are for '" + Section.shorten(String.valueOf(config.get("os"))) + "', not for linux");
        }
        Map<?, ?> run = config.get("config") instanceof Map<?, ?> m ? m : Map.of();
        boolean program = filled(run.get("Entrypoint")) || filled(run.get("Cmd"));
        return new Said(architecture(String.valueOf(config.get("architecture"))), program);
    }

    private static boolean filled(Object list) {
        return list instanceof List<?> l && !l.isEmpty();
    }

    /** In the words of announcements. */
    static String architecture(String word) {
        return switch (word) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> Section.shorten(word);
        };
    }

    private Map<?, ?> layout(String host) throws IOException {
        Map<?, ?> at = map(json("index.json"));
        for (int depth = 0; at.containsKey("manifests"); depth++) {
            List<Map<?, ?>> images = new ArrayList<>();
            for (Object o : at.get("manifests") instanceof List<?> l ? l : List.of()) {
                Map<?, ?> platform = map(o).get("platform") instanceof Map<?, ?> p ? p : Map.of();
                if (!"unknown".equals(platform.get("os"))) {
                    images.add(map(o));
                }
            }
            List<Map<?, ?>> fit = images.size() <= 1 ? images : images.stream().filter(m -> m.get("platform") instanceof Map<?, ?> p
                    && architecture(String.valueOf(p.get("architecture"))).equals(host)).toList();
            if (fit.size() != 1 || depth == MAX_INDEXES) {
                throw new IOException("it holds " + images.size() + " images; it must hold one, or one for " + host);
            }
            at = map(json(blob(fit.getFirst())));
        }
        return map(json(blob(map(at.get("config")))));
    }

    private static String blob(Map<?, ?> descriptor) throws IOException {
        String digest = String.valueOf(descriptor.get("digest"));
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw new IOException("its index names a part by something else than a SHA-256 digest");
        }
        return "blobs/sha256/" + digest.substring("sha256:".length());
    }

    private static Map<?, ?> map(Object o) throws IOException {
        if (o instanceof Map<?, ?> m) {
            return m;
        }
        throw new IOException("a description in it is not what it should be");
    }

    /** JSON is YAML; what numbers and truth are does not matter here. */
    private Object json(String name) throws IOException {
        Piece p = pieces.get(name);
        if (p == null || p.size() > MAX_JSON) {
            throw new IOException(p == null ? "it lacks '" + Section.shorten(name) + "'" : "'" + Section.shorten(name) + "' is too large");
        }
        LoadSettings settings = LoadSettings.builder().setSchema(new FailsafeSchema()).setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(0).setCodePointLimit(MAX_JSON).setLabel(name).build();
        try {
            return new Load(settings).loadFromString(new String(bytes(p), StandardCharsets.UTF_8));
        } catch (YamlEngineException | StackOverflowError e) {
            throw new IOException("'" + Section.shorten(name) + "' can't be understood", e);
        }
    }

    private byte[] bytes(Piece p) throws IOException {
        ByteBuffer b = ByteBuffer.allocate((int) p.size());
        while (b.hasRemaining()) {
            if (channel.read(b, p.offset() + b.position()) < 0) {
                throw new IOException("it is cut short");
            }
        }
        return b.array();
    }
}
