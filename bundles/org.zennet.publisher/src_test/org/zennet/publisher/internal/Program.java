package org.zennet.publisher.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.TaskSpec;

/** What the fake containers run: says its arguments, or packs its input into an archive. */
final class Program {
    private Program() { }

    static byte[] run(List<String> args, byte[] stdin) {
        if (args.getFirst().equals("reduce")) {
            return tar("summary.txt", ("reduced\n" + new String(stdin, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8), '0');
        }
        return ("result of " + String.join(" ", args) + new String(stdin, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The files that a program leaves: each output tells what it knows. */
    static byte[] files(TaskSpec task) {
        if (task.outputs().isEmpty()) {
            return new byte[0];
        }
        try {
            StringBuilder found = new StringBuilder();
            if (task.files().length > 0) {
                FileArchive.read(new ByteArrayInputStream(task.files()), (e, in) -> found.append(e.name()).append(e.directory() ? "/\n"
                        : e.executable() ? "*\n" : "=" + new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n"));
            }
            String text = task.command() + " " + new java.util.TreeMap<>(task.environment()) + "\n" + found;
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (FileArchive.Writer w = new FileArchive.Writer(out)) {
                for (String o : task.outputs()) {
                    w.file(o, false, text.length(), new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
                }
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] tar(String name, byte[] content, char type) {
        byte[] h = new byte[512];
        put(h, 0, name);
        put(h, 100, "0000644\0" + "0000000\0" + "0000000\0" + "%011o\0".formatted(content.length) + "00000000000\0" + "        " + type);
        put(h, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : h) {
            sum += b & 0xFF;
        }
        put(h, 148, "%06o\0 ".formatted(sum));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(h);
        out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    private static void put(byte[] to, int at, String text) {
        byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(b, 0, to, at, b.length);
    }
}
