package org.zennet.virtualization.wasm.internal.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.virtualization.keeper.Frames;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/** Runs a module of ours that writes "ok" in a child, to see whether and how fast that works here. */
final class Trial {
    private static final byte[] MODULE = HexFormat.of().parseHex("0061736d01000000"
            + "010c0260047f7f7f7f017f600000"
            + "02230116776173695f736e617073686f745f70726576696577310866645f77726974650000"
            + "03020101" + "0503010001" + "070a01065f73746172740001"
            + "0a0f010d0041014100410141101000" + "1a0b"
            + "0b1101004100" + "0b0b" + "0800000003000000" + "6f6b0a");

    private Trial() { }

    /** Gives a child the module and one task; throws where any step differs from what is expected. */
    static void run(Process child) throws IOException, InterruptedException {
        CompletableFuture.delayedExecutor(10, TimeUnit.SECONDS).execute(child::destroyForcibly);
        try {
            Frames.write(child.getOutputStream(), ChildWire.encode(new ChildWire.Init(MODULE, 16, 1 << 20, true)));
            InputStream in = child.getInputStream();
            Record ready = next(in);
            while (ready instanceof ChildWire.Made) {
                ready = next(in);
            }
            if (!(ready instanceof ChildWire.Ready)) {
                throw new IOException("the trial module was refused: "
                        + (ready instanceof ChildWire.Refused refused ? refused.why() : ready));
            }
            Frames.write(child.getOutputStream(), ChildWire.encode(new ChildWire.Task(0, List.of(), List.of(), new byte[0], 0,
                    Hash.of(new byte[Hash.LENGTH]), 100, 1000, List.of())));
            if (!(next(in) instanceof ChildWire.Out out) || out.bytes().length != 3
                    || !(next(in) instanceof ChildWire.Ended ended) || ended.reason() != Outcome.Reason.EXITED) {
                throw new IOException("the trial module did not write what it should");
            }
        } catch (EncodingException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What does not hold of a child that was started by some means, or empty. */
    static Optional<String> breach(Launcher.Means means, Process started, Optional<Users.User> user) throws IOException {
        String status = Files.readString(Path.of("/proc/" + Launcher.pid(means, started) + "/status"));
        if (user.isPresent() && !status.matches("(?s).*\\nUid:(\\s+" + user.get().id() + "){4}\\n.*")) {
            return Optional.of("the child kept its user");
        }
        if (means.sandboxed() && (!status.contains("\nSeccomp:\t2\n") || !status.contains("\nNoNewPrivs:\t1\n")
                || !status.contains("\nCapEff:\t0000000000000000\n") || !status.matches("(?s).*\\nNSpid:\\t[0-9]+\\t1\\n.*"))) {
            return Optional.of("the sandbox does not hold the child");
        }
        return Optional.empty();
    }

    private static Record next(InputStream in) throws IOException, EncodingException {
        byte[] frame = Frames.read(in, Frames.SMALL);
        if (frame == null) {
            throw new IOException("the child ended");
        }
        return ChildWire.decode(frame);
    }
}
