package org.zennet.virtualization.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.zennet.api.value.Hash;

/** Builds archives, good and bad. */
final class Archives {
    static final ImageArchive.Limits LIMITS = new ImageArchive.Limits(64 << 20, 8 << 20, 1000);

    private Archives() { }

    static String hex(byte[] b) {
        return HexFormat.of().formatHex(ImageArchive.sha256().digest(b));
    }

    static byte[] bytes(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    /** A tar of entries: headers, contents. */
    static byte[] tar(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] p : parts) {
            out.writeBytes(p);
        }
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static byte[] file(String name, byte[] content) {
        try {
            return TarWriter.file(name, content).readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] link(char type, String name, String target) {
        return TarWriter.withLink(TarWriter.header(name, 0, type, 0777), bytes(target));
    }

    static String config(String... diffs) {
        return special("amd64", "{\"Cmd\":[\"/bin/run\",\"x\"],\"Env\":[\"PATH=/bin\"]}", diffs);
    }

    static String special(String architecture, String inner, String... diffs) {
        List<String> d = new ArrayList<>();
        for (String s : diffs) {
            d.add("\"sha256:" + s + "\"");
        }
        return "{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":" + inner
                + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + String.join(",", d) + "]}}";
    }

    /** As docker save writes it. */
    static byte[] saved(String config, byte[]... layers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < layers.length; i++) {
            out.writeBytes(file("l" + i + "/layer.tar", layers[i]));
            names.append(i == 0 ? "" : ",").append("\"l").append(i).append("/layer.tar\"");
        }
        out.writeBytes(file("c.json", bytes(config)));
        out.writeBytes(file("manifest.json", bytes("[{\"Config\":\"c.json\",\"RepoTags\":[\"evil:latest\"],\"Layers\":[" + names + "]}]")));
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static String descriptor(byte[] blob, String more) {
        return "{\"digest\":\"sha256:" + hex(blob) + "\",\"size\":" + blob.length + more + "}";
    }

    /** A tar of an OCI layout. */
    static byte[] layout(String index, byte[]... blobs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(file("oci-layout", bytes("{\"imageLayoutVersion\":\"1.0.0\"}")));
        out.writeBytes(TarWriter.header("blobs/", 0, '5', 0755));
        for (byte[] b : blobs) {
            out.writeBytes(file("blobs/sha256/" + hex(b), b));
        }
        out.writeBytes(file("index.json", bytes(index)));
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static ImageArchive read(Path directory, byte[] archive) throws IOException, InvalidImageException {
        return read(directory, archive, LIMITS);
    }

    static ImageArchive read(Path directory, byte[] archive, ImageArchive.Limits limits) throws IOException, InvalidImageException {
        Path f = directory.resolve("image.tar");
        Files.write(f, archive);
        return ImageArchive.read(f, Hash.of(ImageArchive.sha256().digest(archive)), "amd64", limits);
    }
}
