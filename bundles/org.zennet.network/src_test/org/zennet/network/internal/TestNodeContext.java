package org.zennet.network.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.NodeContext;

/** A process in a directory of a test. */
public record TestNodeContext(Path directory) implements NodeContext {
    /** The network of tests, or another one. */
    public static JoinLine line(int salt) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) salt;
        return new JoinLine("dev", Hash.of(bytes), new Endpoint("127.0.0.1", 1), PublicKey.of(new byte[32]));
    }

    @Override
    public JoinLine network() {
        return line(1);
    }

    @Override
    public String role() {
        return "zennet-node";
    }

    @Override
    public Path directory(String name) {
        try {
            return Files.createDirectories(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<char[]> passphrase() {
        return Optional.empty();
    }
}
