package org.zennet.virtualization.egress;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The programs of the host that make networks. */
final class Tools {
    /** What has to be installed, and by which package of Debian. */
    static final List<List<String>> NEEDED = List.of(List.of("ip", "iproute2"), List.of("tc", "iproute2"), List.of("nft", "nftables"),
            List.of("slirp4netns", "slirp4netns"), List.of("nsenter", "util-linux"), List.of("setpriv", "util-linux"),
            List.of("unshare", "util-linux"), List.of("setsid", "util-linux"), List.of("mount", "mount"));
    private static final int SECONDS = 10;
    private static final int MOST_SAID = 2000;

    private Tools() { }

    /** The packages that are missing here. */
    static List<String> missing() {
        return NEEDED.stream().filter(t -> find(t.get(0)).isEmpty()).map(t -> t.get(1)).distinct().toList();
    }

    /** Where a program is. */
    static Optional<String> find(String name) {
        return List.of("/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/").stream().map(d -> d + name).filter(p -> Files.isExecutable(Path.of(p))).findFirst();
    }

    static String path(String name) throws IOException {
        return find(name).orElseThrow(() -> new IOException(name + " is missing"));
    }

    /**
     * Runs one to its end, at most 10 s.
     *
     * @param input what it reads
     * @return what it said
     * @throws IOException when it failed, with what it said
     */
    static String run(List<String> command, String input) throws IOException, InterruptedException {
        ProcessBuilder b = new ProcessBuilder(command).redirectErrorStream(true);
        b.environment().clear();
        b.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        Process p = b.start();
        try (OutputStream out = p.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it reads nothing and has ended: its exit code tells
        }
        String said = new String(p.getInputStream().readNBytes(MOST_SAID), StandardCharsets.UTF_8).strip();
        if (!p.waitFor(SECONDS, TimeUnit.SECONDS)) {
            p.destroyForcibly();
            throw new IOException(Path.of(command.getFirst()).getFileName() + " does not end");
        }
        if (p.exitValue() != 0) {
            throw new IOException(said.isEmpty() ? Path.of(command.getFirst()).getFileName() + " ended with " + p.exitValue() : said.replaceAll("\\s+", " "));
        }
        return said;
    }
}
