package org.zennet.virtualization.wasm.internal.child;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/** Programs in C as clang and wasi-libc make them. */
class ProgramsTest {
    private static final int PAGES = 512;
    @TempDir
    Path directory;

    /** Compiles a program of this package's folder; skips the test where that is not possible here. */
    private byte[] program(String name) throws Exception {
        Path clang = List.of("/usr/bin/clang", "/usr/local/bin/clang").stream().map(Path::of).filter(Files::exists).findFirst().orElse(null);
        assumeTrue(clang != null && Files.exists(Path.of("/usr/lib/wasm32-wasi/libc.a")) && Files.exists(Path.of("/usr/bin/wasm-ld")),
                "programs in C need clang, lld and wasi-libc (releng/os-packages.sh compilers, which ./zennet test --full runs)");
        Path source = directory.resolve(name + ".c");
        try (var in = ProgramsTest.class.getResourceAsStream("programs/" + name + ".c")) {
            Files.write(source, in.readAllBytes());
        }
        Path module = directory.resolve(name + ".wasm");
        Process p = new ProcessBuilder(clang.toString(), "--target=wasm32-wasi", "-O2", "-o", module.toString(), source.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, p.exitValue(), Files.readString(directory.resolve("log")));
        return Files.readAllBytes(module);
    }

    /** An archive of files; a name that ends with a slash is a directory. */
    static byte[] archive(String... namesAndContents) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FileArchive.Writer w = new FileArchive.Writer(out);
        for (int i = 0; i < namesAndContents.length; i += 2) {
            String name = namesAndContents[i];
            byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
            if (name.endsWith("/")) {
                w.directory(name.substring(0, name.length() - 1));
            } else {
                w.file(name, false, content.length, new ByteArrayInputStream(content));
            }
        }
        w.close();
        return out.toByteArray();
    }

    /** What is in an archive, by name. */
    static Map<String, String> contents(byte[] archive) throws IOException {
        Map<String, String> all = new TreeMap<>();
        if (archive.length > 0) {
            FileArchive.read(new ByteArrayInputStream(archive), (e, in) -> all.put(e.name() + (e.directory() ? "/" : ""),
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
        return all;
    }

    private static byte[][] pieces(byte[] whole) {
        List<byte[]> all = new ArrayList<>();
        for (int at = 0; at < whole.length; at += 1000) {
            all.add(java.util.Arrays.copyOfRange(whole, at, Math.min(whole.length, at + 1000)));
        }
        return all.toArray(byte[][]::new);
    }

    private static ChildWire.Task task(List<String> outputs) {
        return Tasks.of(List.of("one", "zwei"), List.of(new Wire.Variable("KEY", "value")), "hello\n".getBytes(), 1 << 20,
                FuelTable.MAX, outputs);
    }

    @Test
    void aProgramUsesFilesDirectoriesTimeAndChanceAsPosixSays() throws Exception {
        byte[] module = program("files");
        byte[] files = archive("in/", "", "in/deep/", "", "in/text", "first line\nsecond\n", "untouched", "as it was");
        Guest guest = Guest.compile(module, PAGES, true);
        Heard one = new Heard();
        ChildWire.Ended ended = guest.run(task(List.of("out", "in/text", "absent")), pieces(files), one);
        assertEquals(Reason.EXITED, ended.reason(), ended.detail());
        assertEquals(0, ended.exitCode(), one.out.toString());
        assertTrue(one.out.toString().endsWith("stdin: hello\nok\n"), one.out.toString());
        assertEquals("a message\n", one.err.toString());
        assertEquals(Map.of("in/text", "first line\nsecond\n", "out/", "", "out/empty/", "", "out/result", "result 42\n"),
                contents(one.files.toByteArray()));

        Heard two = new Heard();
        ChildWire.Ended again = Guest.compile(module, PAGES, true, false, m -> com.dylibso.chicory.runtime.InterpreterMachine::new)
                .run(task(List.of("out", "in/text", "absent")), pieces(files), two);
        assertEquals(ended, again, "the same fuel on the interpreter");
        assertArrayEquals(one.out.toByteArray(), two.out.toByteArray(), "the same random bytes");
        assertArrayEquals(one.files.toByteArray(), two.files.toByteArray());

        Heard three = new Heard();
        guest.run(task(List.of()), pieces(archive("in/", "", "in/deep/", "", "in/text", "first line\nsecond\n", "untouched", "otherwise")),
                three);
        assertTrue(three.out.toString().endsWith("ok\n"));
        assertTrue(!three.out.toString().equals(one.out.toString()), "other files, other random bytes");
        assertEquals(0, three.files.size(), "nothing was asked for");
    }

    @Test
    void filesEndAtTheirQuotaAndRoomComesBack() throws Exception {
        byte[] module = program("fill");
        Heard heard = new Heard();
        ChildWire.Ended ended = Guest.compile(module, PAGES, true).run(task(List.of()), new byte[0][], heard);
        assertEquals(Reason.EXITED, ended.reason(), ended.detail());
        String[] told = heard.out.toString().strip().split(" ", 4);
        assertEquals(0, ended.exitCode(), heard.err.toString());
        long quota = (long) PAGES << 16;
        assertTrue(Long.parseLong(told[0]) <= quota && Long.parseLong(told[0]) > quota - (1 << 17), told[0]);
        assertEquals(told[0], told[1], "what was removed is free again");
        assertEquals(quota / FileTree.NAME, Long.parseLong(told[2]), "names count too");
        assertEquals("No space left on device", told[3]);
    }

    @Test
    void whatATaskLeavesIsBoundedAndAnArchiveThatIsNoneIsRefused() throws Exception {
        byte[] module = program("files");
        Guest guest = Guest.compile(module, PAGES, true);
        byte[] files = archive("in/", "", "in/deep/", "", "in/text", "first line\nsecond\n");
        ChildWire.Ended ended = guest.run(task(List.of("out")), pieces(files), new Guest.Listener() {
            @Override
            public void out(byte[] bytes) { }

            @Override
            public void err(byte[] bytes) { }

            @Override
            public void file(byte[] bytes) {
                throw new Wasi.OutputLimitException();
            }

            @Override
            public void ask(Input input, long from) { }

            @Override
            public void counting(String why) { }
        });
        assertEquals(Reason.OUTPUT_LIMIT, ended.reason(), ended.detail());
        ChildWire.Ended none = guest.run(task(List.of()), pieces("no archive".repeat(100).getBytes()), new Heard());
        assertEquals(Reason.INVALID_IMAGE, none.reason(), none.detail());
        assertTrue(none.detail().contains("header"), none.detail());
    }
}
