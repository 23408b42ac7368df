package org.zennet.virtualization.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.virtualization.image.Archives.LIMITS;
import static org.zennet.virtualization.image.Archives.bytes;
import static org.zennet.virtualization.image.Archives.config;
import static org.zennet.virtualization.image.Archives.descriptor;
import static org.zennet.virtualization.image.Archives.file;
import static org.zennet.virtualization.image.Archives.hex;
import static org.zennet.virtualization.image.Archives.layout;
import static org.zennet.virtualization.image.Archives.link;
import static org.zennet.virtualization.image.Archives.read;
import static org.zennet.virtualization.image.Archives.saved;
import static org.zennet.virtualization.image.Archives.special;
import static org.zennet.virtualization.image.Archives.tar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;

class ImageArchiveTest {
    private static final byte[] LAYER = tar(TarWriter.header("bin/", 0, '5', 0755), file("bin/run", bytes("#!x")),
            link('2', "bin/absolute", "/etc/shadow"), link('1', "bin/hard", "bin/run"));

    @TempDir
    private Path directory;

    private static byte[] gzip(byte[] b) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream z = new GZIPOutputStream(out)) {
            z.write(b);
        }
        return out.toByteArray();
    }

    private void refused(byte[] archive, String why) {
        refused(archive, LIMITS, why);
    }

    private void refused(byte[] archive, ImageArchive.Limits limits, String why) {
        InvalidImageException e = assertThrows(InvalidImageException.class, () -> read(directory, archive, limits));
        assertTrue(e.getMessage().contains(why), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), "one line");
    }

    private static TaskSpec task(List<String> command, List<String> args) {
        return new TaskSpec("t", args, Map.of(), new byte[0], 1000, 1000, new byte[0], List.of(), command);
    }

    private void layerRefused(String why, byte[]... entries) {
        byte[] layer = tar(entries);
        refused(saved(config(hex(layer)), layer), why);
    }

    @Test
    void anArchiveOfDockerSaveIsRead() throws Exception {
        String config = config(hex(LAYER));
        ImageArchive a = read(directory, saved(config, LAYER));
        assertEquals("sha256:" + hex(bytes(config)), a.program().id());
        assertEquals(List.of("/bin/run", "x"), a.program().line(task(List.of(), List.of())));
        assertEquals(List.of("y"), a.program().line(task(List.of(), List.of("y"))));
        assertEquals(List.of("/bin/other"), a.program().line(task(List.of("/bin/other"), List.of())));
        assertEquals(List.of("/bin/other", "z", "y"), a.program().line(task(List.of("/bin/other", "z"), List.of("y"))));
        assertEquals(List.of("PATH=/bin"), a.program().environment());
        try (InputStream in = a.layer(0)) {
            assertArrayEquals(LAYER, in.readAllBytes());
        }
    }

    @Test
    void anOciLayoutIsRead() throws Exception {
        byte[] packed = gzip(LAYER);
        byte[] config = bytes(config(hex(LAYER)));
        byte[] manifest = bytes("{\"schemaVersion\":2,\"config\":" + descriptor(config, "") + ",\"layers\":[" + descriptor(packed, "") + "]}");
        ImageArchive a = read(directory, layout("{\"manifests\":[" + descriptor(manifest, "") + "]}", config, packed, manifest));
        assertEquals("sha256:" + hex(config), a.program().id());
        try (InputStream in = a.layer(0)) {
            assertArrayEquals(LAYER, in.readAllBytes(), "unpacked");
        }
    }

    @Test
    void theImageOfThisProcessorIsChosenFromNestedIndexes() throws Exception {
        byte[] config = bytes(config(hex(LAYER)));
        byte[] good = bytes("{\"config\":" + descriptor(config, "") + ",\"layers\":[" + descriptor(LAYER, "") + "]}");
        byte[] other = bytes("{\"config\":{},\"layers\":[]}");
        byte[] inner = bytes("{\"manifests\":[" + descriptor(other, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}")
                + "," + descriptor(good, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}") + "]}");
        String index = "{\"manifests\":[" + descriptor(inner, "") + "]}";
        assertEquals("sha256:" + hex(config), read(directory, layout(index, config, LAYER, good, other, inner)).program().id());
    }

    @Test
    void anIndexThatLeadsToNothingEnds() {
        byte[] inner = bytes("{\"manifests\":[]}");
        for (int i = 0; i < 5; i++) {
            byte[] next = bytes("{\"manifests\":[" + descriptor(inner, "") + "],\"n\":" + i + "}");
            inner = next;
        }
        byte[] top = inner;
        refused(layout("{\"manifests\":[" + descriptor(top, "") + "]}", top), "lacks");
        byte[] config = bytes(config(hex(LAYER)));
        byte[] deep = bytes("{\"config\":" + descriptor(config, "") + ",\"layers\":[" + descriptor(LAYER, "") + "]}");
        byte[][] blobs = new byte[7][];
        blobs[0] = config;
        blobs[1] = LAYER;
        blobs[2] = deep;
        for (int i = 3; i < 7; i++) {
            blobs[i] = bytes("{\"manifests\":[" + descriptor(blobs[i - 1], "") + "]}");
        }
        refused(layout(new String(blobs[6], StandardCharsets.UTF_8), blobs), "leads to no image");
    }

    @Test
    void aBlobThatIsNotWhatItsNameSaysIsRefused() {
        byte[] config = bytes(config(hex(LAYER)));
        byte[] manifest = bytes("{\"config\":" + descriptor(config, "") + ",\"layers\":[" + descriptor(LAYER, "") + "]}");
        byte[] wrong = tar(file("blobs/sha256/" + hex(config), config), file("blobs/sha256/" + hex(manifest), manifest),
                file("blobs/sha256/" + hex(LAYER), bytes("something else")),
                file("index.json", bytes("{\"manifests\":[" + descriptor(manifest, "") + "]}")));
        refused(wrong, "not what its name");
        byte[] lies = bytes("{\"config\":" + descriptor(config, "") + ",\"layers\":[{\"digest\":\"sha256:" + hex(LAYER) + "\",\"size\":1}]}");
        refused(layout("{\"manifests\":[" + descriptor(lies, "") + "]}", config, LAYER, lies), "its size");
        refused(layout("{\"manifests\":[{\"digest\":\"sha256:../../etc/passwd\",\"size\":1}]}"), "not a SHA-256");
    }

    @Test
    void anArchiveWithAnotherHashIsNoImageAtAll() throws IOException {
        Path f = directory.resolve("x.tar");
        Files.write(f, saved(config(hex(LAYER)), LAYER));
        IOException e = assertThrows(IOException.class, () -> ImageArchive.read(f, Hash.of(new byte[32]), "amd64", LIMITS));
        assertTrue(e.getMessage().contains("hash"), e.getMessage());
    }

    @Test
    void aLayerThatChangesAfterTheCheckIsNotRead() throws Exception {
        byte[] archive = saved(config(hex(LAYER)), LAYER);
        ImageArchive a = read(directory, archive);
        byte[] later = archive.clone();
        later[512 + 700] ^= 1;
        Files.write(directory.resolve("image.tar"), later);
        assertThrows(IOException.class, () -> {
            try (InputStream in = a.layer(0)) {
                in.readAllBytes();
            }
        });
        assertThrows(IOException.class, () -> {
            try (InputStream in = a.forEngine("zennet/x")) {
                in.readAllBytes();
            }
        });
    }

    @Test
    void theEngineGetsOnlyWhatWasCheckedUnderOneTag() throws Exception {
        byte[] archive = saved(config(hex(LAYER)), LAYER);
        try (InputStream in = read(directory, archive).forEngine("zennet/image:1")) {
            String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(all.contains("zennet/image:1"));
            assertFalse(all.contains("evil:latest"));
        }
    }

    @Test
    void aLayerOfAnotherDigestIsRefused() {
        refused(saved(config(hex(bytes("x"))), LAYER), "not the one that the configuration names");
    }

    @Test
    void aLayerTooFewOrTooManyIsRefused() {
        refused(saved(config(hex(LAYER), hex(LAYER)), LAYER), "not those of its configuration");
        refused(saved(config()), "no layers");
        byte[][] many = new byte[200][];
        String[] diffs = new String[200];
        java.util.Arrays.fill(many, tar());
        java.util.Arrays.fill(diffs, hex(tar()));
        refused(saved(config(diffs), many), "more than 127");
    }

    @Test
    void anotherProcessorsImageIsRefused() {
        refused(saved(special("s390x", "{}", hex(LAYER)), LAYER), "linux/s390x");
    }

    @Test
    void volumesAreRefused() {
        refused(saved(special("amd64", "{\"Volumes\":{\"/data\":{}}}", hex(LAYER)), LAYER), "volumes");
    }

    @Test
    void namesThatLeadOutAreRefused() {
        layerRefused("leads out", file("../../etc/cron.d/x", bytes("x")));
        layerRefused("leads out", file("a/../../x", bytes("x")));
        layerRefused("leads out", file("/etc/passwd", bytes("x")));
        layerRefused("leads out", file("x", bytes("x")), link('1', "y", "../../etc/shadow"));
        refused(tar(file("../manifest.json", bytes("[]"))), "leads out");
    }

    @Test
    void devicesAreRefused() {
        layerRefused("device", TarWriter.header("dev/sda", 0, '4', 0666));
        layerRefused("device", TarWriter.header("dev/mem", 0, '3', 0666));
    }

    @Test
    void linksInTheOuterArchiveAreRefused() {
        refused(tar(link('2', "manifest.json", "/etc/passwd")), "more than files and directories");
        refused(tar(link('1', "manifest.json", "/etc/passwd")), "more than files and directories");
    }

    @Test
    void anArchiveBombIsRefusedWithoutUnpackingIt() throws IOException {
        byte[] huge = tar(file("zeros", new byte[9 << 20]));
        refused(saved(config(hex(huge)), gzip(huge)), "more bytes than may be unpacked");
        // a header that promises 8 EiB
        byte[] h = TarWriter.header("x", 0, '0', 0644);
        h[124] = (byte) 0x80;
        java.util.Arrays.fill(h, 125, 136, (byte) 0xFF);
        refused(tar(h), "");
        // a bomb of a gzip within the limits of the archive
        byte[] zeros = gzip(new byte[32 << 20]);
        refused(saved(config(hex(zeros)), zeros), "");
    }

    @Test
    void hugeCountsAreRefused() {
        byte[][] entries = new byte[1100][];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = TarWriter.header("d" + i, 0, '0', 0644);
        }
        layerRefused("more entries", entries);
        byte[][] outer = new byte[2100][];
        for (int i = 0; i < outer.length; i++) {
            outer[i] = TarWriter.header("d" + i, 0, '0', 0644);
        }
        refused(tar(outer), "more than 2000 entries");
        refused(saved(config(hex(LAYER)), LAYER), new ImageArchive.Limits(1000, 1000, 10), "more than 1000 bytes");
    }

    @Test
    void twoFilesOfOneNameAreRefused() {
        refused(tar(file("manifest.json", bytes("[]")), file("./manifest.json", bytes("[]"))), "two files");
    }

    @Test
    void brokenJsonIsRefused() {
        refused(tar(file("manifest.json", bytes("[{"))), "not valid JSON");
        refused(tar(file("manifest.json", bytes("[{\"Config\":\"a\",\"Config\":\"b\"}]"))), "not valid JSON");
        refused(tar(file("manifest.json", bytes(""))), "");
        refused(tar(file("manifest.json", bytes("[".repeat(100_000)))), "not valid JSON");
        refused(tar(file("manifest.json", new byte[2 << 20])), "more than");
        refused(saved(special("amd64", "{\"Cmd\":[1]}", hex(LAYER)), LAYER), "words");
        refused(saved(special("amd64", "{\"Env\":[\"" + "x".repeat(70_000) + "\"]}", hex(LAYER)), LAYER), "unusual size");
    }

    @Test
    void whatIsNoArchiveIsRefused() {
        refused(new byte[0], "");
        refused(bytes("hello"), "cut off");
        refused(new byte[1024], "neither");
        byte[] good = saved(config(hex(LAYER)), LAYER);
        refused(java.util.Arrays.copyOf(good, good.length - 1024), "cut off");
    }

    @Test
    void anyOneWrongByteEitherChangesNothingThatCountsOrIsRefused() throws Exception {
        byte[] good = saved(config(hex(LAYER)), LAYER);
        String id = read(directory, good).program().id();
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                ImageArchive a = read(directory, bad);
                try (InputStream in = a.layer(0)) {
                    assertArrayEquals(LAYER, in.readAllBytes());
                }
                assertTrue(!a.program().id().equals(id) || !java.util.Arrays.equals(good, bad));
            } catch (InvalidImageException e) {
                assertFalse(e.getMessage().isEmpty());
            }
        }
    }
}
