package org.zennet.virtualization.sandbox.internal.box;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.PackedFiles;
import org.zennet.virtualization.keeper.Wire;

/** The sandbox's own program (init/init.c), run inside a container as the guest: lays files out, packs and removes them. */
final class OwnProgram extends WatchedProgram {
    private static final int MOST_SAID = 1000;

    private final OutputStream out;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    OwnProgram(InitLink link, Child.Owner owner, List<String> command, InputStream input, OutputStream out) throws IOException {
        super(link, owner);
        this.out = out;
        try {
            begin(new InitLink.Order(command, List.of(), "/", false, false, 0, 0));
        } catch (KeeperException e) {
            throw new IOException(e.getMessage(), e);
        }
        feed(input);
    }

    InitLink.Exit await() {
        InitLink.Exit how = exit.join();
        over();
        return how;
    }

    String said(InitLink.Exit how) {
        String s = err.toString(StandardCharsets.UTF_8);
        return s.isBlank() ? how.why().isEmpty() ? "it ended with " + how.code() : how.why() : Wire.line(s);
    }

    @Override
    void take(int stream, byte[] bytes) throws IOException {
        if (stream == 1) {
            out.write(bytes);
            if (out instanceof PackedFiles p && p.full()) {
                stop();
            }
        } else {
            err.write(bytes, 0, Math.min(bytes.length, MOST_SAID - Math.min(MOST_SAID, err.size())));
        }
    }
}
