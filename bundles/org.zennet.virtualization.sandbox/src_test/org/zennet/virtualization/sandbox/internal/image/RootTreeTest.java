package org.zennet.virtualization.sandbox.internal.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.virtualization.image.InvalidImageException;
import org.zennet.virtualization.image.TarWriter;

class RootTreeTest {
    @TempDir
    Path directory;
    private Path root;
    private Path canary;
    private RootTree tree;

    /** A layer in few words. */
    private static final class Layer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Layer file(String name, String content, int mode) throws IOException {
            byte[] b = content.getBytes(StandardCharsets.UTF_8);
            out.write(TarWriter.header(name, b.length, '0', mode));
            out.write(b);
            out.write(TarWriter.padding(b.length));
            return this;
        }

        Layer file(String name, String content) throws IOException {
            return file(name, content, 0644);
        }

        Layer directory(String name) throws IOException {
            out.write(TarWriter.header(name, 0, '5', 0755));
            return this;
        }

        Layer link(String name, String target, char type) throws IOException {
            out.write(TarWriter.withLink(TarWriter.header(name, 0, type, 0777), target.getBytes(StandardCharsets.UTF_8)));
            return this;
        }

        Layer special(String name, char type) throws IOException {
            out.write(TarWriter.header(name, 0, type, 0666));
            return this;
        }

        byte[] bytes() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(out.toByteArray());
            all.writeBytes(new byte[1024]);
            return all.toByteArray();
        }
    }

    @BeforeEach
    void begin() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        canary = Files.writeString(directory.resolve("canary"), "untouched");
        tree = new RootTree(root);
    }

    private void add(Layer layer) throws Exception {
        tree.add(new ByteArrayInputStream(layer.bytes()));
    }

    private String read(String name) throws IOException {
        return Files.readString(root.resolve(name));
    }

    @Test
    void aLaterLayerReplacesHidesAndOpensAnew() throws Exception {
        add(new Layer().directory("etc/").file("etc/a", "one").file("etc/b", "one").file("etc/sub/c", "one").file("opt/d", "one").file("opt/e", "one"));
        add(new Layer().file("etc/a", "two").file("etc/.wh.b", "").file("etc/.wh.sub", "").file("opt/f", "two").file("opt/.wh..wh..opq", ""));
        assertEquals("two", read("etc/a"));
        assertFalse(Files.exists(root.resolve("etc/b")));
        assertFalse(Files.exists(root.resolve("etc/sub")));
        assertFalse(Files.exists(root.resolve("opt/d")));
        assertFalse(Files.exists(root.resolve("opt/e")));
        assertEquals("two", read("opt/f"), "an opaque directory keeps what its own layer brings");
    }

    @Test
    void linksLeadWhereTheyLeadInsideAndNeverOut() throws Exception {
        add(new Layer().directory("usr/lib/").link("lib", "usr/lib", '2').link("abs", "/usr/lib", '2').link("out", directory.toString(), '2')
                .link("up", "../../../../..", '2'));
        add(new Layer().file("lib/one", "1").file("abs/two", "2").file("out/canary", "overwritten").file("up/three", "3"));
        assertEquals("1", read("usr/lib/one"));
        assertEquals("2", read("usr/lib/two"));
        assertEquals("untouched", Files.readString(canary));
        assertEquals("overwritten", Files.readString(root.resolve(directory.toString().substring(1)).resolve("canary")), "it stays inside");
        assertEquals("3", read("three"));
    }

    @Test
    void aLinkThatIsOverwrittenIsReplacedAndNotFollowed() throws Exception {
        add(new Layer().link("file", canary.toString(), '2').link("dir", directory.toString(), '2'));
        add(new Layer().file("file", "mine").directory("dir/").file("dir/x", "y"));
        assertEquals("untouched", Files.readString(canary));
        assertTrue(Files.isRegularFile(root.resolve("file"), LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.isDirectory(root.resolve("dir"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void whiteoutsThroughLinksRemoveNothingOutside() throws Exception {
        add(new Layer().link("out", directory.toString(), '2'));
        add(new Layer().file("out/.wh.canary", "").file("out/.wh..wh..opq", ""));
        assertEquals("untouched", Files.readString(canary));
    }

    @Test
    void hardLinksAreOfFilesInsideOnly() throws Exception {
        add(new Layer().file("a", "one").link("b", "a", '1').link("sub/c", "/a", '1'));
        assertEquals("one", read("b"));
        assertEquals("one", read("sub/c"));
        for (String target : new String[] {"absent", "sub", canary.toString(), ""}) {
            assertThrows(InvalidImageException.class, () -> add(new Layer().link("d", target, '1')), target);
        }
        assertThrows(InvalidImageException.class, () -> add(new Layer().link("d", "../canary", '1')));
        add(new Layer().link("far", directory.toString(), '2'));
        assertThrows(InvalidImageException.class, () -> add(new Layer().link("e", "far/canary", '1')));
    }

    @Test
    void bitsThatGiveRightsAreNotTakenOver() throws Exception {
        add(new Layer().file("su", "x", 06777).file("w", "x", 0666).directory("tmp/"));
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("su"))));
        assertEquals(0, (int) Files.getAttribute(root.resolve("su"), "unix:mode") & 07000);
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("w"))));
    }

    @Test
    void devicesAreRefusedAndPipesLeftOut() throws Exception {
        add(new Layer().special("pipe", '6'));
        assertFalse(Files.exists(root.resolve("pipe")));
        for (char type : new char[] {'3', '4'}) {
            assertThrows(InvalidImageException.class, () -> add(new Layer().special("dev/sda", type)));
        }
    }

    @Test
    void namesThatLeadOutOrInCirclesAreRefused() throws Exception {
        assertThrows(InvalidImageException.class, () -> add(new Layer().file("../out", "x")));
        assertThrows(InvalidImageException.class, () -> add(new Layer().file("a/../../out", "x")));
        assertThrows(InvalidImageException.class, () -> add(new Layer().link("x", "y", '2').link("y", "x", '2').file("x/z", "1")));
        assertThrows(InvalidImageException.class, () -> add(new Layer().file("f", "x").file("f/g", "x")));
        assertThrows(InvalidImageException.class, () -> add(new Layer().file(".wh...", "")));
        assertFalse(Files.exists(directory.resolve("out")));
    }

    @Test
    void placesAreDirectoriesWhateverTheImageHasThere() throws Exception {
        add(new Layer().link("proc", directory.toString(), '2').file("dev", "x").directory("tmp/").file("tmp/kept", "x"));
        for (String p : new String[] {"proc", "dev", "tmp", "work"}) {
            tree.place(p);
            assertTrue(Files.isDirectory(root.resolve(p), LinkOption.NOFOLLOW_LINKS), p);
        }
        assertEquals("x", read("tmp/kept"));
        assertEquals("untouched", Files.readString(canary));
    }
}
