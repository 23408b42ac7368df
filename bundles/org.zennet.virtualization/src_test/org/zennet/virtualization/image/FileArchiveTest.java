package org.zennet.virtualization.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.virtualization.image.Archives.bytes;
import static org.zennet.virtualization.image.Archives.file;
import static org.zennet.virtualization.image.Archives.link;
import static org.zennet.virtualization.image.Archives.tar;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.zennet.virtualization.image.FileArchive.TooLargeException;

class FileArchiveTest {
    @Test
    void theSameFilesGiveTheSameBytesInWhateverOrder() throws Exception {
        byte[] one = FileArchive.of(tar(file("b/x", bytes("1")), file("a", bytes("2")))).toBytes();
        byte[] two = FileArchive.of(tar(TarWriter.header("b/", 0, '5', 0700), file("./a", bytes("2")), file("b/x", bytes("1")))).toBytes();
        assertArrayEquals(one, two);
        assertArrayEquals(one, FileArchive.of(one).toBytes());
    }

    @Test
    void longNamesAreKept() throws Exception {
        String name = "d".repeat(90) + "/" + "e".repeat(90) + "/f";
        byte[] archive = with(name).toBytes();
        TarReader tar = new TarReader(new ByteArrayInputStream(archive));
        assertEquals("d".repeat(90) + "/", tar.next().orElseThrow().name());
        assertEquals("d".repeat(90) + "/" + "e".repeat(90) + "/", tar.next().orElseThrow().name());
        assertEquals(name, tar.next().orElseThrow().name());
        assertThrows(InvalidImageException.class, () -> with("x".repeat(150)).toBytes());
    }

    private static FileArchive with(String name) throws Exception {
        FileArchive a = new FileArchive(1000);
        a.file(name, bytes("x"), true);
        return a;
    }

    @Test
    void whatIsNotPlainIsRefusedOrLeftOut() throws Exception {
        byte[] archive = tar(file("a", bytes("1")), link('2', "b", "/etc/shadow"));
        assertThrows(InvalidImageException.class, () -> FileArchive.of(archive));
        FileArchive lenient = new FileArchive(1000).read(new ByteArrayInputStream(archive), "", true);
        assertArrayEquals(FileArchive.of(tar(file("a", bytes("1")))).toBytes(), lenient.toBytes());
    }

    @Test
    void namesThatLeadOutAreRefused() {
        assertThrows(InvalidImageException.class, () -> FileArchive.of(tar(file("../a", bytes("1")))));
        assertThrows(InvalidImageException.class, () -> FileArchive.of(tar(file("/a", bytes("1")))));
        assertThrows(InvalidImageException.class, () -> FileArchive.of(tar(file("a", bytes("1")), file("a/b", bytes("1")))));
        assertThrows(InvalidImageException.class, () -> FileArchive.of(tar(file("a\nb", bytes("1")))));
    }

    @Test
    void tooMuchIsToldApart() {
        FileArchive small = new FileArchive(10);
        assertThrows(TooLargeException.class, () -> small.read(new ByteArrayInputStream(tar(file("a", new byte[11]))), "", true));
        assertThrows(TooLargeException.class, () -> small.read(new ByteArrayInputStream(tar(file("a", new byte[6]), file("b", new byte[6]))), "", true));
    }

    @Test
    void nothingIsNoBytes() throws Exception {
        assertTrue(FileArchive.of(new byte[0]).isEmpty());
        assertEquals(0, FileArchive.of(tar()).toBytes().length);
    }
}
