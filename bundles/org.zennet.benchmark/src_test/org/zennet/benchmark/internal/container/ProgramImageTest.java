package org.zennet.benchmark.internal.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgramImageTest {
    /** The files of a ustar archive by name; the sums of all headers are checked. */
    private static Map<String, byte[]> files(byte[] tar) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        assertEquals(0, tar.length % 512);
        int at = 0;
        while (tar[at] != 0) {
            byte[] header = Arrays.copyOfRange(tar, at, at + 512);
            int sum = 0;
            for (int i = 0; i < 512; i++) {
                sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
            }
            assertEquals(sum, Integer.parseInt(text(header, 148, 6), 8));
            assertEquals("ustar", text(header, 257, 5));
            int size = Integer.parseInt(text(header, 124, 11), 8);
            all.put(text(header, 0, 100), Arrays.copyOfRange(tar, at + 512, at + 512 + size));
            at += 512 + (size + 511) / 512 * 512;
        }
        assertArrayEquals(new byte[1024], Arrays.copyOfRange(tar, at, tar.length), "two empty blocks end it");
        return all;
    }

    private static String text(byte[] b, int from, int length) {
        return new String(b, from, length, StandardCharsets.US_ASCII).replace("\0", "");
    }

    private static String sha256(byte[] b) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(b));
    }

    @Test
    void theManifestNamesTheConfigurationAndThatTheLayerByItsHash() throws Exception {
        byte[] program = new byte[1000];
        Arrays.fill(program, (byte) 7);
        Map<String, byte[]> image = files(ProgramImage.of("kernels", program, "amd64"));
        String manifest = new String(image.get("manifest.json"), StandardCharsets.UTF_8);
        String config = image.keySet().stream().filter(n -> n.endsWith(".json") && !n.equals("manifest.json")).findFirst().orElseThrow();
        assertEquals(config, sha256(image.get(config)) + ".json");
        assertTrue(manifest.contains("\"Config\":\"" + config + "\"") && manifest.contains("\"Layers\":[\"layer.tar\"]"), manifest);
        String configuration = new String(image.get(config), StandardCharsets.UTF_8);
        assertTrue(configuration.contains("sha256:" + sha256(image.get("layer.tar"))), configuration);
        assertTrue(configuration.contains("\"Entrypoint\":[\"/kernels\"]") && configuration.contains("\"architecture\":\"amd64\""), configuration);
        Map<String, byte[]> layer = files(image.get("layer.tar"));
        assertEquals(List.of("kernels"), List.copyOf(layer.keySet()));
        assertArrayEquals(program, layer.get("kernels"));
        assertEquals("0000755", text(image.get("layer.tar"), 100, 8), "it can be run");
    }

    @Test
    void theSameProgramGivesTheSameImage() {
        assertArrayEquals(ProgramImage.of("kernels", new byte[513], "amd64"), ProgramImage.of("kernels", new byte[513], "amd64"));
    }
}
