package org.zennet.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Docker engine of a test's own, without a bridge, on a private socket and directory; stopped and removed at the end. */
final class DockerEngine implements AutoCloseable {
    private static final Duration UP = Duration.ofSeconds(60);
    private final Path directory;
    private final Process process;

    private DockerEngine(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** Starts one; where that can't be, the test is skipped with the reason. */
    static DockerEngine start() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "docker: only root can start an engine");
        assumeTrue(there("dockerd"), "docker: dockerd is not installed (apt-get install docker.io)");
        Path d = Files.createTempDirectory("zennet-system-engine-");
        Files.writeString(d.resolve("daemon.json"), "{}");
        Process p = new ProcessBuilder("setsid", "dockerd", "--data-root", d + "/data", "--exec-root", d + "/run", "--pidfile", d + "/pid", "-H",
                "unix://" + d + "/docker.sock", "--config-file", d + "/daemon.json", "--bridge=none", "--iptables=false", "--ip6tables=false",
                "--ip-forward=false", "--ip-masq=false", "--userland-proxy=false").redirectErrorStream(true).redirectOutput(d.resolve("log").toFile()).start();
        DockerEngine e = new DockerEngine(d, p);
        try {
            Zennet.await("the engine answers", UP, () -> {
                assumeTrue(p.isAlive(), "docker: the engine does not start here: " + MarketProcesses.text(d.resolve("log")).strip().lines().reduce((a, b) -> b).orElse(""));
                return MarketProcesses.text(d.resolve("log")).contains("API listen on");
            });
            return e;
        } catch (Throwable x) {
            e.close();
            throw x;
        }
    }

    String socket() {
        return directory.resolve("docker.sock").toString();
    }

    static boolean there(String program) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":")).anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
            String mount = line.split(" ")[1];
            if (mount.startsWith(directory.toString())) {
                new ProcessBuilder("umount", "-l", mount).start().waitFor();
            }
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        }
    }

    /** An image with busybox under all of its names: its layer and configuration in a directory, as {@code layer.tar} and {@code config.json}. */
    static void busybox(Path directory) throws Exception {
        Path busybox = Stream.of("/bin/busybox", "/usr/bin/busybox").map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(busybox != null, "busybox is not installed (apt-get install busybox-static)");
        Path root = directory.resolve("root");
        for (String d : List.of("bin", "dev", "etc", "proc", "sys", "tmp", "work")) {
            Files.createDirectories(root.resolve(d));
        }
        Files.copy(busybox, root.resolve("bin/busybox"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Process list = new ProcessBuilder(busybox.toString(), "--list").start();
        for (String name : new String(list.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
            if (!name.equals("busybox")) {
                Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
            }
        }
        tar(directory, root, "layer.tar", "bin", "dev", "etc", "proc", "sys", "tmp", "work");
        Files.writeString(directory.resolve("config.json"), "{\"architecture\":\"" + (System.getProperty("os.arch").equals("amd64") ? "amd64" : "arm64")
                + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/bin/sh\"],\"Env\":[\"PATH=/bin\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + digest(directory.resolve("layer.tar")) + "\"]}}");
    }

    /** The same as an archive such as {@code docker save} writes. */
    static Path archive(Path directory) throws Exception {
        busybox(directory);
        Files.writeString(directory.resolve("manifest.json"), "[{\"Config\":\"config.json\",\"RepoTags\":null,\"Layers\":[\"layer.tar\"]}]");
        tar(directory, directory, "image.tar", "config.json", "manifest.json", "layer.tar");
        return directory.resolve("image.tar");
    }

    static String digest(Path file) throws Exception {
        return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static void tar(Path directory, Path from, String name, String... what) throws Exception {
        List<String> command = new ArrayList<>(List.of("tar", "-C", from.toString(), "--format=ustar", "--owner=0", "--group=0", "--numeric-owner",
                "-cf", directory.resolve(name).toString()));
        command.addAll(List.of(what));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new AssertionError("tar fails");
        }
    }
}
