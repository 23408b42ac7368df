package org.zennet.virtualization.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes small images of one layer, as {@code docker save} would: for the trial of an engine and for tests. */
public final class ImageWriter {
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> links = new LinkedHashMap<>();

    /** Adds a program. */
    public ImageWriter program(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    /** Adds a symbolic link. */
    public ImageWriter link(String name, String target) {
        links.put(name, target);
        return this;
    }

    /** The archive. */
    public byte[] toBytes(String architecture, List<String> entrypoint, List<String> command) throws IOException {
        byte[] layer = layer();
        String config = "{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Entrypoint\":"
                + words(entrypoint) + ",\"Cmd\":" + words(command) + ",\"Env\":[\"PATH=/bin\"]},\"rootfs\":{\"type\":"
                + "\"layers\",\"diff_ids\":[\"sha256:" + digest(layer) + "\"]}}";
        return archive(config, layer);
    }

    /** An archive with any configuration. */
    public static byte[] archive(String config, byte[] layer) throws IOException {
        byte[] c = config.getBytes(StandardCharsets.UTF_8);
        String manifest = "[{\"Config\":\"" + digest(c) + ".json\",\"RepoTags\":null,\"Layers\":[\"layer.tar\"]}]";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (var e : List.of(Map.entry("layer.tar", layer), Map.entry(digest(c) + ".json", c),
                Map.entry("manifest.json", manifest.getBytes(StandardCharsets.UTF_8)))) {
            TarWriter.file(e.getKey(), e.getValue()).transferTo(out);
        }
        out.write(new byte[1024]);
        return out.toByteArray();
    }

    /** The one layer. */
    public byte[] layer() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (var e : files.entrySet()) {
            for (int i = e.getKey().indexOf('/'); i > 0; i = e.getKey().indexOf('/', i + 1)) {
                directory(out, e.getKey().substring(0, i + 1));
            }
            out.write(TarWriter.header(e.getKey(), e.getValue().length, '0', 0755));
            out.write(e.getValue());
            out.write(TarWriter.padding(e.getValue().length));
        }
        for (var e : links.entrySet()) {
            byte[] h = TarWriter.header(e.getKey(), 0, '2', 0777);
            byte[] to = e.getValue().getBytes(StandardCharsets.UTF_8);
            out.write(TarWriter.withLink(h, to));
        }
        out.write(new byte[1024]);
        return out.toByteArray();
    }

    private static void directory(OutputStream out, String name) throws IOException {
        out.write(TarWriter.header(name, 0, '5', 0755));
    }

    private static String words(List<String> words) {
        return words.stream().map(w -> '"' + w + '"').collect(Collectors.joining(",", "[", "]"));
    }

    private static String digest(byte[] b) {
        return HexFormat.of().formatHex(ImageArchive.sha256().digest(b));
    }
}
