package org.zennet.virtualization.wasm.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Resources;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.ChildKind;
import org.zennet.virtualization.keeper.KeeperContext;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.keeper.Wire;

/** WebAssembly: each container is a child JVM, started by the strictest means that work on this host. */
public final class WasmKind implements ChildKind {
    /** Setting: {@code true} where fuel is counted. */
    public static final String FUEL = "fuel";
    /** Setting: the most fuel of a task; 0 follows its time limit. */
    public static final String FUEL_LIMIT = "fuel-limit";

    /** Setting: how many seconds checking and compiling a module may take. */
    public static final String COMPILE = "compile";
    /** What that is where it is not set. */
    public static final int COMPILE_SECONDS = 30;

    /** Setting: {@code false} where no sandbox is to be put around children. */
    public static final String SANDBOX = "sandbox";
    /** Found: {@code true} where children run inside a sandbox. */
    public static final String SANDBOXED = "sandboxed";

    /** The most bytes of all compiled modules that are kept. */
    private static final long CACHE = 256L << 20;

    private final Posix posix = new Posix();
    private KeeperContext keeper;
    private Launcher launcher;
    private ModuleCache cache;
    private Launcher.Means means;
    private Wire.Probed probed;

    @Override
    public void begin(KeeperContext context) throws IOException {
        keeper = context;
        launcher = new Launcher(context);
        cache = new ModuleCache(context.directory().resolve("compiled"), CACHE);
    }

    ModuleCache cache() {
        return cache;
    }

    KeeperContext keeper() {
        return keeper;
    }

    Launcher launcher() {
        return launcher;
    }

    Posix posix() {
        return posix;
    }

    @Override
    public Child create(Wire.Start start, Child.Owner owner) {
        return new WasmChild(this, start, owner);
    }

    @Override
    public void sweep(Wire.Start start, int pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            if (pid > 0 && line.contains("-Dzennet.role=zennet-wasm-child\0-Dzennet.lease=" + start.leaseId() + "\0")) {
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
                probed = new Wire.Probed(probed.found(), millisSince(before), probed.notes());
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

    private static int millisSince(long nanos) {
        return (int) ((System.nanoTime() - nanos) / 1_000_000);
    }

    /** The strictest means that work here, found out by trying once. */
    synchronized Launcher.Means means(Wire.Host host) throws KeeperException, InterruptedException {
        if (means != null) {
            return means;
        }
        Optional<String> why = Optional.empty();
        for (Launcher.Means m : launcher.ladder(!host.setting(SANDBOX).equals("false"), host.ownUsers())) {
            long before = System.nanoTime();
            Optional<String> failure = attempt(m, host);
            if (failure.isEmpty()) {
                List<String> notes = new ArrayList<>(m.lacks());
                why.ifPresent(w -> notes.add("tried first: " + w));
                probed = new Wire.Probed(List.of(new Wire.Variable(SANDBOXED, Boolean.toString(m.sandboxed()))), millisSince(before), Wire.line(String.join("; ", notes)));
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
        Path log = keeper.directory().resolve("trial.log");
        try {
            Files.deleteIfExists(log);
            if (m.ownUser()) {
                user = Users.claim(host.firstUser(), host.users());
                if (user.isEmpty()) {
                    return Optional.of("all users for containers are in use");
                }
            }
            p = launcher.start(m, user, new Resources(1000, 16 << 20, 0), "trial", log);
            Trial.run(p);
            return Trial.breach(m, p, user);
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
