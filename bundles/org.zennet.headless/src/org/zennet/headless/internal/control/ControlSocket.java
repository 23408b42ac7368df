package org.zennet.headless.internal.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Where the control socket of a data directory is, and how a line goes over it. */
final class ControlSocket {
    /** The longest line either way: 16 MiB. */
    static final int MAX_LINE = 16 << 20;
    /** sun_path of Linux holds 108 bytes with its end. */
    private static final int MAX_PATH = 100;

    private ControlSocket() { }

    /** The socket of a data directory; long paths go to a private directory of the temporary one. */
    static Path path(Path directory) throws IOException {
        Path plain = directory.resolve("control.sock");
        if (plain.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH) {
            return plain;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(directory.toString().getBytes(StandardCharsets.UTF_8));
            Path shared = Path.of(System.getProperty("java.io.tmpdir"), "zennet-" + System.getProperty("user.name").replaceAll("\\W", "_"));
            if (!Files.isDirectory(shared)) {
                Files.createDirectory(shared, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (!Files.getOwner(shared).getName().equals(System.getProperty("user.name"))) {
                throw new IOException(shared + " belongs to somebody else");
            }
            return shared.resolve(HexFormat.of().formatHex(hash, 0, 12) + ".sock");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static void writeLine(SocketChannel channel, byte[] line) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    static byte[] readLine(SocketChannel channel, int limit) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        while (channel.read(in) >= 0) {
            in.flip();
            while (in.hasRemaining()) {
                byte b = in.get();
                if (b == '\n') {
                    return line.toByteArray();
                }
                line.write(b);
                if (line.size() > limit) {
                    throw new IOException("a line is longer than " + limit + " bytes");
                }
            }
            in.clear();
        }
        throw new IOException("the connection ended in the middle of a line");
    }
}
