package org.zennet.virtualization.sandbox.internal.box;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.egress.NetworkTrial;
import org.zennet.virtualization.egress.Uplink;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.Disk;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.keeper.Wire;

/** Starts a container on this host and tries to get out of it: only what holds is sold. */
final class Trial implements Child.Owner {
    /** Below it a shell does not start reliably. */
    static final long SMALLEST_MEMORY = 8L << 20;
    private static final String ID = "trial";
    private static final int SECONDS = 12;

    private final SandboxKind kind;
    private final Wire.Host host;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    Trial(SandboxKind kind, Wire.Host host) {
        this.kind = kind;
        this.host = host;
    }

    Wire.Probed run() throws KeeperException, InterruptedException {
        if (!SandboxKind.superuser()) {
            throw new KeeperException("a sandbox needs a node that runs as root: only that can give each container a user and "
                    + "limits of its own; sell wasm");
        }
        if (SandboxKind.processor().isEmpty()) {
            throw new KeeperException("the system calls of this processor are not known: " + System.getProperty("os.arch"));
        }
        if (!SandboxKind.missing().isEmpty()) {
            throw new KeeperException("install bubblewrap 0.8 or newer: " + String.join(", ", SandboxKind.missing()) + " is missing");
        }
        List<String> notes = new ArrayList<>();
        List<Wire.Variable> found = new ArrayList<>();
        long before = System.nanoTime();
        boolean onDisk = false;
        if (host.disk() >= WorkDisk.SMALLEST) {
            try {
                new Trial(kind, host).attempt(WorkDisk.SMALLEST * 2);
                onDisk = true;
            } catch (KeeperException e) {
                notes.add("no work directories on disk: " + e.getMessage());
            }
        }
        if (!onDisk) {
            before = System.nanoTime();
            attempt(0);
            notes.add("work directories lie in memory and count against it");
        }
        if (!onDisk && host.disk() < WorkDisk.SMALLEST) {
            notes.removeFirst();
            notes.add("no disk is offered: work directories lie in memory");
        }
        found.add(new Wire.Variable(SandboxKind.DISK, Boolean.toString(onDisk)));
        int millis = (int) ((System.nanoTime() - before) / 1_000_000);
        Optional<String> open = network();
        open.ifPresent(why -> notes.add("no network: " + why));
        found.add(new Wire.Variable(SandboxKind.NETWORK, Boolean.toString(open.isEmpty())));
        return new Wire.Probed(found, millis, Wire.line(String.join("; ", notes)));
    }

    /** Why containers can't have a network here, found out by making one and trying to get out of it; empty when they can. */
    private Optional<String> network() throws InterruptedException {
        try {
            Uplink uplink = SandboxKind.uplink(host);
            Optional<Users.User> user = Users.claim(host.firstUser(), host.users());
            if (user.isEmpty()) {
                return Optional.of("all " + host.users() + " users for containers are in use");
            }
            Path log = Files.createDirectories(kind.keeper().directory().resolve("trial")).resolve("network.log");
            String name = kind.networkName(ID);
            GuestNetwork.remove(name);
            try (Users.User _ = user.get()) {
                return NetworkTrial.run(uplink, name, user.get().id(), log, kind.keeper()::spawn);
            }
        } catch (IOException e) {
            return Optional.of(Wire.line(String.valueOf(e.getMessage())));
        }
    }

    private void attempt(long disk) throws KeeperException, InterruptedException {
        Path home = kind.keeper().home(ID);
        Path root = kind.keeper().directory().resolve("trial").resolve("root");
        Child box = null;
        try {
            for (String d : List.of("proc", "dev", "tmp", "work", ".zennet")) {
                Files.createDirectories(root.resolve(d));
            }
            Disk.remove(home);
            Files.createDirectories(home);
            kind.sweep(start(disk, root), 0);
            box = kind.create(start(disk, root), this);
            box.launch();
            box.run(1, new Wire.Run(ID, "check", List.of(), List.of(), List.of(), new byte[0], 10_000, 10_000, new byte[0],
                    Hash.of(new byte[Hash.LENGTH]), List.of(), new byte[0], Hash.of(new byte[Hash.LENGTH])));
            String how = ended.get(SECONDS, TimeUnit.SECONDS);
            List<String> open = new ArrayList<>(said.toString(StandardCharsets.UTF_8).lines().toList());
            if (!open.remove("checked")) {
                throw new KeeperException("a trial container does not run: " + how + " " + Wire.line(said.toString(StandardCharsets.UTF_8)));
            }
            if (!open.isEmpty()) {
                throw new KeeperException("guests are not held here: they could use " + Wire.line(String.join(", ", open)));
            }
            users();
            UsageVector used = box.sample();
            if (used.get(Counter.CPU) == 0) {
                throw new KeeperException("the control groups count no processor time");
            }
        } catch (IOException e) {
            throw new KeeperException("a trial container can't be made: " + Wire.line(String.valueOf(e.getMessage())));
        } catch (ExecutionException | TimeoutException e) {
            throw new KeeperException("a trial container does not answer");
        } finally {
            if (box != null) {
                box.destroy();
                await();
            }
            try {
                Disk.remove(home);
            } catch (IOException e) {
                System.err.println("a trial's files are left: " + e.getMessage());
            }
        }
    }

    private void await() throws InterruptedException {
        try {
            gone.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("a trial container does not end");
        }
    }

    /** No process of it may be the superuser's, whatever it is told inside. */
    private void users() throws IOException, KeeperException {
        for (long pid : kind.group(host, ID).processes()) {
            Path status = Path.of("/proc/" + pid + "/status");
            Optional<String> uid = Files.exists(status) ? Files.readString(status).lines().filter(l -> l.startsWith("Uid:")).findFirst()
                    : Optional.empty();
            if (uid.isPresent() && (" " + uid.get().replace('\t', ' ') + " ").contains(" 0 ")) {
                throw new KeeperException("a container's process kept the superuser: " + uid.get());
            }
        }
    }

    private Wire.Start start(long disk, Path root) {
        Plan plan = Plan.of(root, false, List.of(Ways.INSIDE, "check"), List.of(), List.of());
        return new Wire.Start(ID, Hash.of(new byte[Hash.LENGTH]), new byte[0], Hash.of(new byte[Hash.LENGTH]),
                new Resources(1000, 32L << 20, disk), new byte[0], 30_000, 30_000, host, plan.toBytes());
    }

    @Override
    public void ready() { }

    @Override
    public void refused(String why) {
        ended.complete(why);
    }

    @Override
    public synchronized boolean out(long number, byte[] bytes) {
        said.writeBytes(bytes);
        return said.size() < 10_000;
    }

    @Override
    public void err(long number, byte[] bytes) { }

    @Override
    public void files(long number, Path archive, long content) { }

    @Override
    public void ended(long number, Outcome.Reason reason, int exitCode, String detail,
            Optional<Fuel> fuel) {
        ended.complete(reason == Outcome.Reason.EXITED ? "exit code " + exitCode : detail);
    }

    @Override
    public void overtime(long number, long mostMillis, Outcome.Reason reason, String detail) { }

    @Override
    public void broken(String why) {
        ended.complete(why);
    }

    @Override
    public void gone(String why) {
        ended.complete(why);
        gone.complete(null);
    }

    @Override
    public void outOfMemory(String why) {
        ended.complete(why);
    }
}
