package org.zennet.headless.internal.remote;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.zennet.services.Rejected;

/**
 * A control socket of another machine, here: {@code ssh -L LOCAL:REMOTE}, in a directory that only this user may enter. The
 * system's ssh decides whom it trusts and with which key it logs in; it never asks here. Not thread-safe.
 */
final class SshTunnel implements AutoCloseable {
    private static final long LOOKUP_SECONDS = 30;
    private static final long READY_MILLIS = 30_000;
    private static final long ASK_MILLIS = 20;
    private static final int MAX_OUTPUT = 16_384;

    private final Path directory;
    private final Process process;

    private SshTunnel(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /**
     * Opens it.
     *
     * @param ssh the command that is ssh, with options of its owner
     * @throws Rejected with what ssh said, in one line
     */
    static SshTunnel open(List<String> ssh, SshAddress address) throws Rejected, InterruptedException {
        String remote = socket(ssh, address);
        Path directory = null;
        Process process = null;
        boolean open = false;
        try {
            directory = Files.createTempDirectory("zn", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path local = directory.resolve("s");
            Path said = directory.resolve("said");
            List<String> command = command(ssh, address, "-N", "-o", "ExitOnForwardFailure=yes", "-o", "ServerAliveInterval=10", "-o",
                    "ServerAliveCountMax=3", "-L", local + ":" + remote);
            process = new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(said.toFile()).start();
            long end = System.nanoTime() + READY_MILLIS * 1_000_000;
            while (!Files.exists(local)) {
                if (process.waitFor(ASK_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                    throw new Rejected(reason(address, Files.readString(said, StandardCharsets.ISO_8859_1)));
                }
            }
            open = true;
            return new SshTunnel(directory, process);
        } catch (IOException e) {
            throw new Rejected("ssh can't be started: " + e.getMessage(), e);
        } finally {
            if (!open) {
                end(directory, process);
            }
        }
    }

    /** Finds the one control socket there. */
    private static String socket(List<String> ssh, SshAddress address) throws Rejected, InterruptedException {
        Process p = null;
        try {
            p = new ProcessBuilder(command(ssh, address, address.lookup())).redirectInput(new File("/dev/null")).start();
            Process asked = p;
            Thread limit = Thread.ofVirtual().start(() -> {
                try {
                    if (!asked.waitFor(LOOKUP_SECONDS, TimeUnit.SECONDS)) {
                        asked.destroyForcibly();
                    }
                } catch (InterruptedException e) {
                    asked.destroyForcibly();
                }
            });
            StringBuilder said = new StringBuilder();
            Thread errors = Thread.ofVirtual().start(() -> said.append(read(asked.getErrorStream())));
            String out = read(p.getInputStream());
            int code = p.waitFor();
            errors.join();
            limit.join();
            List<String> found = out.lines().map(String::strip).filter(l -> l.matches("/[A-Za-z0-9._/+-]{1,200}/control\\.sock")).toList();
            if (code != 0) {
                throw new Rejected(reason(address, said.toString()));
            }
            if (found.isEmpty()) {
                throw new Rejected("no Zennet process runs there in " + address.directory().orElse("~/.zennet"));
            }
            if (found.size() > 1) {
                throw new Rejected("several networks run there: name one by its directory's parent, of " + String.join(", ", found));
            }
            return found.get(0);
        } catch (IOException e) {
            throw new Rejected("ssh can't be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            p.destroyForcibly();
            throw e;
        }
    }

    private static String read(InputStream in) {
        try (in) {
            return new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> command(List<String> ssh, SshAddress address, String... more) {
        List<String> all = new ArrayList<>(ssh);
        all.addAll(List.of("-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15"));
        if (address.port() != 0) {
            all.addAll(List.of("-p", Integer.toString(address.port())));
        }
        address.user().ifPresent(u -> all.addAll(List.of("-l", u)));
        boolean lookup = more.length == 1;
        if (!lookup) {
            all.addAll(List.of(more));
        }
        all.addAll(List.of("--", address.host()));
        if (lookup) {
            all.add(more[0]);
        }
        return all;
    }

    private static String reason(SshAddress address, String said) {
        String last = said.lines().map(l -> l.replaceAll("[^\\x20-\\x7e]", "").strip()).filter(l -> !l.isEmpty()).reduce((a, b) -> b).orElse("it says nothing");
        return "ssh to " + address.host() + ": " + (last.length() > 200 ? last.substring(0, 200) : last) + (last.contains("verification failed")
                || last.contains("Permission denied") ? " (log in once by hand: ssh " + address.host() + ")" : "");
    }

    /** Where the socket is. */
    Path local() {
        return directory.resolve("s");
    }

    boolean isOpen() {
        return process.isAlive();
    }

    @Override
    public void close() {
        end(directory, process);
    }

    private static void end(Path directory, Process process) {
        if (process != null) {
            process.destroy();
        }
        if (directory != null) {
            for (String name : List.of("s", "said", "")) {
                try {
                    Files.deleteIfExists(name.isEmpty() ? directory : directory.resolve(name));
                } catch (IOException e) {
                    // a left-over in the temporary directory harms nobody
                }
            }
        }
    }
}
