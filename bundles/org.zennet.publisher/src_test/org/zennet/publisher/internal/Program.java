package org.zennet.publisher.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What the fake containers run: says its arguments, or packs its input into an archive. */
final class Program {
    private Program() { }

    static byte[] run(List<String> args, byte[] stdin) {
        if (args.getFirst().equals("reduce")) {
            return tar("summary.txt", ("reduced\n" + new String(stdin, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8), '0');
        }
        return ("result of " + String.join(" ", args) + new String(stdin, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);
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
