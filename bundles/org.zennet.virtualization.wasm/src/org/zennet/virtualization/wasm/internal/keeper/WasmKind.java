package org.zennet.virtualization.wasm.internal.keeper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Resources;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.ChildKind;
import org.zennet.virtualization.keeper.KeeperContext;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.keeper.Wire;

/** Children that are JVMs which run WebAssembly. */
public final class WasmKind implements ChildKind {
    private static final int MAX_MODULE = org.zennet.virtualization.wasm.internal.wire.Wire.MAX_MODULE;

    private final Posix posix = new Posix();
    private KeeperContext keeper;
    private Launcher launcher;
    private Launcher.Means means;
    private Wire.Probed probed;

    @Override
    public void begin(KeeperContext context) {
        keeper = context;
        launcher = new Launcher(context);
    }

    Posix posix() {
        return posix;
    }

    KeeperContext keeper() {
        return keeper;
    }

    Launcher launcher() {
        return launcher;
    }

    @Override
    public Child create(Wire.Start start, Child.Owner owner) throws KeeperException {
        if (start.resources().disk() > 0) {
            throw new KeeperException("a wasm container has no disk; ask for 0 bytes of it");
        }
        try {
            return new WasmChild(this, start, Counted.of(start.plan()), module(start), owner);
        } catch (EncodingException e) {
            throw new KeeperException("the request can't be read: " + e.getMessage());
        }
    }

    private static byte[] module(Wire.Start start) throws KeeperException {
        Path image = start.imagePath();
        try (InputStream in = Files.newInputStream(image)) {
            byte[] module = in.readNBytes(MAX_MODULE + 1);
            if (module.length > MAX_MODULE) {
                throw new KeeperException("the module is larger than " + MAX_MODULE + " bytes");
            }
            if (!MessageDigest.isEqual(MessageDigest.getInstance("SHA-256").digest(module),
                    start.imageHash().toBytes())) {
                throw new KeeperException("the module's SHA-256 is not " + start.imageHash());
            }
            return module;
        } catch (IOException e) {
            throw new KeeperException("can't read the module " + image);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void sweep(Wire.Start start, int pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            if (line.contains("-Dzennet.role=zennet-wasm-child\0-Dzennet.lease=" + start.leaseId() + "\0")) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            // gone, as it should be
        }
    }

    @Override
    public synchronized Wire.Probed probe(Wire.Host host) throws KeeperException, InterruptedException {
        Launcher.Means m = means(host);
        if (!Files.exists(launcher.archive())) {
            launcher.train(Trial::run);
            long before = System.nanoTime();
            if (attempt(m, host).isEmpty()) {
                probed = new Wire.Probed(List.of(), (int) ((System.nanoTime() - before) / 1_000_000), probed.notes());
            } else {
                // an archive that hurts is worse than none
                try {
                    Files.deleteIfExists(launcher.archive());
                } catch (IOException e) {
                    System.err.println("can't remove " + launcher.archive() + ": " + e.getMessage());
                }
            }
        }
        return probed;
    }

    synchronized Launcher.Means means(Wire.Host host) throws KeeperException, InterruptedException {
        if (means != null) {
            return means;
        }
        boolean setpriv = launcher.tool("setpriv").isPresent();
        boolean rlimits = launcher.tool("prlimit").isPresent();
        boolean user = host.ownUsers() && Launcher.root() && setpriv;
        boolean network = Launcher.root() && launcher.tool("unshare").isPresent();
        List<String> notes = new ArrayList<>();
        List<Launcher.Means> ladder = new ArrayList<>();
        ladder.add(new Launcher.Means(user, network, rlimits, setpriv));
        if (network) {
            ladder.add(new Launcher.Means(user, false, rlimits, setpriv));
        }
        if (user) {
            ladder.add(new Launcher.Means(false, false, rlimits, setpriv));
        }
        ladder.add(new Launcher.Means(false, false, false, false));
        Optional<String> why = Optional.empty();
        for (Launcher.Means m : ladder) {
            long before = System.nanoTime();
            Optional<String> failure = attempt(m, host);
            if (failure.isEmpty()) {
                int millis = (int) ((System.nanoTime() - before) / 1_000_000);
                if (!m.ownUser()) {
                    notes.add("children run under the provider's own user"
                            + (Launcher.root() ? "" : " (not started as root)"));
                }
                if (!m.ownNetwork()) {
                    notes.add("children are not cut off from the network by the kernel");
                }
                if (!m.rlimits()) {
                    notes.add("no resource limits (install util-linux)");
                }
                why.ifPresent(w -> notes.add("tried first: " + w));
                probed = new Wire.Probed(List.of(), millis, Wire.line(String.join("; ", notes)));
                means = m;
                return m;
            }
            why = failure;
        }
        throw new KeeperException("no child process can be started here: " + why.orElse(""));
    }

    /** Tries to start a child by some means; tells what failed. */
    private Optional<String> attempt(Launcher.Means m, Wire.Host host) throws InterruptedException {
        Optional<Users.User> user = Optional.empty();
        Process p = null;
        Path directory = keeper.directory();
        Path log = directory.resolve("trial.log");
        try {
            Files.deleteIfExists(log);
            if (m.ownUser()) {
                user = Users.claim(host.firstUser(), host.users());
                if (user.isEmpty()) {
                    return Optional.of("all users for containers are in use");
                }
            }
            p = launcher.start(m, user, new Resources(1000, 16 << 20, 0), "trial", directory, log);
            Trial.run(p);
            if (user.isPresent() && !Trial.runsAs(p, user.get().id())) {
                return Optional.of("the child kept its user");
            }
            return Optional.empty();
        } catch (IOException e) {
            String tail = "";
            try {
                tail = Files.exists(log) ? " " + Files.readString(log) : "";
            } catch (IOException x) {
                // the first message must do
            }
            return Optional.of(Wire.line(e.getMessage() + tail));
        } finally {
            if (p != null) {
                p.destroyForcibly().waitFor();
            }
            user.ifPresent(Users.User::close);
        }
    }
}
