package org.zennet.virtualization.sandbox.internal;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Egress;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

/** Real sandboxes for tests: they need root and bubblewrap, and say so where they lack it. */
final class Sandboxes implements AutoCloseable {
    static final Resources SMALL = new Resources(1000, 64L << 20, 16L << 20);
    private static final long MINUTE = 60_000;

    final Path directory;
    final SandboxBackend backend;
    private int last;

    Sandboxes(Path directory) throws IOException {
        this(directory, Map.of());
    }

    Sandboxes(Path directory, Map<String, Object> settings) throws IOException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: sandboxes need root");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "SKIPPED: sandboxes need bubblewrap");
        this.directory = directory;
        this.backend = new SandboxBackend(directory.resolve("sandbox"), config(settings));
    }

    static SandboxBackend.Config config(Map<String, Object> settings) {
        return (SandboxBackend.Config) Proxy.newProxyInstance(Sandboxes.class.getClassLoader(),
                new Class<?>[] {SandboxBackend.Config.class}, (proxy, method, args) ->
                        settings.getOrDefault(method.getName(), method.getName().equals("cores") ? (Object) 64_000 : method.getName().equals("linger") ? (Object) 2000L : method.getDefaultValue()));
    }

    static Hash hash(byte[] bytes) {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An image that is one script: it becomes the shell that its arguments feed. */
    Path shell() throws IOException {
        return image("#!/bin/sh\nexec /bin/sh \"$@\"\n".getBytes(StandardCharsets.UTF_8));
    }

    Path image(byte[] bytes) throws IOException {
        Path file = directory.resolve("image-" + hash(bytes).toString().replaceAll("[^0-9a-f]", "").substring(0, 16));
        Files.write(file, bytes);
        return file;
    }

    Container start() throws IOException, ContainerException, InterruptedException {
        return start(shell(), SMALL);
    }

    Container start(Path image, Resources resources) throws IOException, ContainerException, InterruptedException {
        return start(image, resources, 5 * MINUTE, MINUTE);
    }

    Container start(Path image, Resources resources, long wall, long idle)
            throws IOException, ContainerException, InterruptedException {
        return start(image, resources, wall, idle, Egress.NONE);
    }

    /** A shell with a network. */
    Container start(Egress egress) throws IOException, ContainerException, InterruptedException {
        return start(shell(), SMALL, 5 * MINUTE, MINUTE, egress);
    }

    private Container start(Path image, Resources resources, long wall, long idle, Egress egress)
            throws IOException, ContainerException, InterruptedException {
        String id = "lease-" + ++last;
        Path home = Files.createDirectories(directory.resolve(id));
        return backend.start(new ContainerSpec(id, image, hash(Files.readAllBytes(image)), resources, home, wall, idle, egress));
    }

    /** What the table of tests/containers tries as well is tried here in the full tier only. */
    static void longTier() {
        Assumptions.assumeTrue("full".equals(System.getProperty("zennet.tier")), "SKIPPED: runs with ./zennet test --full");
    }

    /** Runs a line of shell. */
    static Outcome sh(Container c, String id, String line) throws ContainerException, InterruptedException {
        return c.run(task(id, line));
    }

    static TaskSpec task(String id, String line) {
        return new TaskSpec(id, List.of("-c", line), Map.of("PATH", "/usr/bin:/bin"), new byte[0], 30_000, 1 << 20);
    }

    static String out(Outcome o) {
        return new String(o.stdout(), StandardCharsets.UTF_8);
    }

    static String err(Outcome o) {
        return new String(o.stderr(), StandardCharsets.UTF_8);
    }

    /** What the host still has of a lease: control groups, loop devices, processes of its users. */
    List<String> left(String leaseId) throws IOException {
        String group = group();
        try (Stream<Path> groups = Files.walk(Path.of("/sys/fs/cgroup"), 3)) {
            return Stream.concat(groups.filter(p -> p.getFileName().toString().equals(leaseId)
                            && p.getParent().getFileName().toString().startsWith("zennet-")
                            && p.getParent().getFileName().toString().equals(group)).map(Path::toString),
                    loops().filter(l -> l.startsWith(directory.toString()) && l.contains("/" + leaseId + "/"))).toList();
        }
    }

    private String group() throws IOException {
        byte[] name = directory.toRealPath().resolve("sandbox/keeper").toString().getBytes(StandardCharsets.UTF_8);
        return "zennet-" + hash(name).toString().replaceAll("^.*:", "").substring(0, 12);
    }

    private static Stream<String> loops() throws IOException {
        try (Stream<Path> devices = Files.list(Path.of("/sys/block"))) {
            return devices.map(d -> d.resolve("loop/backing_file")).filter(Files::exists).map(f -> {
                try {
                    return Files.readString(f).strip();
                } catch (IOException e) {
                    return "";
                }
            }).toList().stream();
        }
    }

    @Override
    public void close() {
        try {
            for (Container c : backend.survivors()) {
                c.stop();
            }
        } catch (ContainerException e) {
            // nothing survives then
        }
        backend.close();
    }
}
