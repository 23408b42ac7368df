package org.zennet.benchmark.internal.container;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The smallest image: one layer that holds one static program, as {@code docker save} writes it (Docker Image Specification v1.2), in plain
 * tar (ustar, POSIX.1-1988). The same program gives the same bytes.
 */
final class ProgramImage {
    private static final int BLOCK = 512;

    private ProgramImage() { }

    /**
     * The archive.
     *
     * @param name         of the program, at most 100 bytes, without a slash; its path is below the root
     * @param architecture as images name it, such as {@code amd64}
     */
    static byte[] of(String name, byte[] program, String architecture) {
        byte[] layer = tar(new Entry(name, program, 0755));
        byte[] config = ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Entrypoint\":[\"/" + name + "\"]},\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[\"sha256:" + sha256(layer) + "\"]}}").getBytes(StandardCharsets.UTF_8);
        String configName = sha256(config) + ".json";
        byte[] manifest = ("[{\"Config\":\"" + configName + "\",\"RepoTags\":null,\"Layers\":[\"layer.tar\"]}]").getBytes(StandardCharsets.UTF_8);
        return tar(new Entry("layer.tar", layer, 0644), new Entry(configName, config, 0644), new Entry("manifest.json", manifest, 0644));
    }

    private record Entry(String name, byte[] content, int mode) { }

    private static byte[] tar(Entry... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Entry e : entries) {
            out.writeBytes(header(e));
            out.writeBytes(e.content);
            out.writeBytes(new byte[(BLOCK - e.content.length % BLOCK) % BLOCK]);
        }
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    private static byte[] header(Entry e) {
        byte[] h = new byte[BLOCK];
        put(h, 0, e.name);
        put(h, 100, String.format("%07o", e.mode));
        put(h, 108, "0000000");
        put(h, 116, "0000000");
        put(h, 124, String.format("%011o", e.content.length));
        put(h, 136, "00000000000");
        Arrays.fill(h, 148, 156, (byte) ' ');
        h[156] = '0';
        put(h, 257, "ustar");
        put(h, 263, "00");
        int sum = 0;
        for (byte b : h) {
            sum += b & 0xFF;
        }
        put(h, 148, String.format("%06o\0 ", sum));
        return h;
    }

    private static void put(byte[] h, int at, String text) {
        byte[] b = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(b, 0, h, at, b.length);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
