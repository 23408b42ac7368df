package org.zennet.virtualization.wasm.internal.child;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The files of a task, against a map of names and bytes. */
class FileTreeTest {
    private static int errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(Errno.Failure.class, work).errno;
    }

    @Test
    void aRandomHistoryGivesWhatAMapGivesAndTheQuotaIsExact() throws Exception {
        Random random = new Random(5);
        FileTree tree = new FileTree(4 << 20, () -> 7);
        FileTree.Directory root = tree.root();
        Map<String, byte[]> model = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            String name = "f" + random.nextInt(20);
            FileTree.Plain file = (FileTree.Plain) root.get(name);
            assertEquals(model.containsKey(name), file != null);
            switch (random.nextInt(6)) {
                case 0 -> {
                    if (file == null) {
                        tree.create(root, name, false);
                        model.put(name, new byte[0]);
                    }
                }
                case 1, 2 -> {
                    if (file != null) {
                        byte[] b = new byte[random.nextInt(10_000)];
                        random.nextBytes(b);
                        int at = random.nextInt(20_000);
                        tree.write(file, at, b, b.length);
                        byte[] old = model.get(name);
                        byte[] now = b.length == 0 ? old : Arrays.copyOf(old, Math.max(old.length, at + b.length));
                        System.arraycopy(b, 0, now, b.length == 0 ? 0 : at, b.length);
                        model.put(name, now);
                    }
                }
                case 3 -> {
                    if (file != null) {
                        int size = random.nextInt(30_000);
                        tree.resize(file, size);
                        model.put(name, Arrays.copyOf(model.get(name), size));
                    }
                }
                case 4 -> {
                    String other = "f" + random.nextInt(20);
                    if (file != null) {
                        tree.rename(root, name, root, other);
                        model.put(other, model.remove(name));
                    }
                }
                default -> {
                    if (file != null && random.nextInt(3) == 0) {
                        tree.remove(root, name);
                        model.remove(name);
                    }
                }
            }
            long used = model.values().stream().mapToLong(b -> FileTree.NAME + (b.length + 4095L) / 4096 * 4096).sum();
            assertEquals(used, tree.used());
        }
        for (Map.Entry<String, byte[]> e : model.entrySet()) {
            FileTree.Plain file = (FileTree.Plain) root.get(e.getKey());
            byte[] all = new byte[(int) file.size()];
            assertEquals(all.length, file.read(0, all, 0, all.length));
            assertArrayEquals(e.getValue(), all);
        }
    }

    @Test
    void entriesKeepTheirNumbersWhileOthersGo() throws Exception {
        FileTree tree = new FileTree(1 << 20, () -> 0);
        for (String n : "dcbae".split("")) {
            tree.create(tree.root(), n, false);
        }
        List<String> seen = new ArrayList<>();
        Map.Entry<Long, FileTree.Entry> e = tree.root().after(2);
        while (e != null) {
            seen.add(e.getValue().name());
            tree.remove(tree.root(), e.getValue().name());
            e = tree.root().after(e.getKey());
        }
        assertEquals(List.of("d", "c", "b", "a", "e"), seen);
        assertEquals(0, tree.used());
    }

    @Test
    void directoriesDoNotBecomeDeeperThanTheRecursionBears() throws Exception {
        FileTree tree = new FileTree(1 << 20, () -> 0);
        FileTree.Directory in = tree.root();
        for (int i = 0; i < 64; i++) {
            in = tree.createDirectory(in, "d");
        }
        FileTree.Directory deepest = in;
        assertEquals(Errno.NAMETOOLONG, errno(() -> tree.createDirectory(deepest, "d")));
        FileTree.Directory other = tree.createDirectory(tree.root(), "other");
        tree.createDirectory(other, "below");
        assertEquals(Errno.NAMETOOLONG, errno(() -> tree.rename(tree.root(), "other", deepest.parent(), "e")));
        assertEquals(Errno.INVAL, errno(() -> tree.rename(tree.root(), "d", deepest, "loop")));
        assertSame(other, tree.root().get("other"));
        assertEquals(65 * FileTree.NAME + FileTree.NAME, tree.used());
    }

    @Test
    void anArchiveBecomesATreeAndATreeTheSameArchive() throws Exception {
        byte[] archive = ProgramsTest.archive("a/", "", "a/b", "bytes", "a/c/", "", "z", "", "é", "ü");
        FileTree tree = new FileTree(1 << 20, () -> 0);
        tree.add(archive);
        assertArrayEquals(archive, tree.archive(List.of("z", "é", "a")));
        assertArrayEquals(tree.archive(List.of("a/b", "a/c", "a")), tree.archive(List.of("a")), "named twice, there once");
        assertEquals(Map.of("a/b", "bytes"), ProgramsTest.contents(tree.archive(List.of("a/b", "nothing", "z/below"))));
        assertEquals(0, tree.archive(List.of("nothing")).length);
        FileTree small = new FileTree(3 * FileTree.NAME, () -> 0);
        assertTrue(assertThrows(IOException.class, () -> small.add(archive)).getMessage().contains("take more than 1536 bytes"));
    }

    @Test
    void aFileIsFreeOnceNoNameAndNoDescriptorLeadsToIt() throws Exception {
        FileTree tree = new FileTree(1 << 20, () -> 0);
        FileTree.Plain file = tree.create(tree.root(), "f", false);
        tree.write(file, 0, new byte[10], 10);
        tree.opened(file);
        tree.remove(tree.root(), "f");
        assertNull(tree.root().get("f"));
        assertEquals(4096 + 512, tree.used());
        tree.closed(file);
        assertEquals(0, tree.used());
    }

    @Test
    void aPathIsTextBelowADirectory() throws Exception {
        assertArrayEquals(new String[] {"a", "..", "b"}, FileTree.parts("a/../b/".getBytes()));
        assertEquals(Errno.NOTCAPABLE, errno(() -> FileTree.parts("/a".getBytes())));
        assertEquals(Errno.NOENT, errno(() -> FileTree.parts(new byte[0])));
        assertEquals(Errno.ILSEQ, errno(() -> FileTree.parts(new byte[] {'a', (byte) 0xFF})));
        assertEquals(Errno.ILSEQ, errno(() -> FileTree.parts(new byte[] {'a', 0})));
        assertEquals(Errno.NAMETOOLONG, errno(() -> FileTree.parts("n".repeat(256).getBytes())));
        assertEquals(Errno.NAMETOOLONG, errno(() -> FileTree.parts("n/".repeat(2049).getBytes())));
    }
}
