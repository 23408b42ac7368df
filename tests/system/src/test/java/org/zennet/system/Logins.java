package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** OpenSSH as it is, with the files of a rent; and what it must be able to do in any machine, whatever runs it. */
final class Logins {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int PORT = 7777;

    private final Path directory;
    private final Path rent;

    /** How a program ended and what it wrote. */
    record Ran(int code, String out, String err) { }

    /**
     * For a rent.
     *
     * @param directory for files of its own
     * @param rent      where {@code ssh_config} lies
     */
    Logins(Path directory, Path rent) {
        this.directory = directory;
        this.rent = rent;
    }

    Ran run(List<String> words) throws IOException, InterruptedException {
        return run(words, new File("/dev/null"));
    }

    private Ran run(List<String> words, File in) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder b = new ProcessBuilder(words).redirectInput(in).redirectOutput(out.toFile()).redirectError(err.toFile());
        b.environment().remove("SSH_AUTH_SOCK");
        Process p = b.start();
        if (!p.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            p.destroyForcibly();
            throw new AssertionError(String.join(" ", words) + " does not end: " + Files.readString(out) + Files.readString(err));
        }
        return new Ran(p.exitValue(), Files.readString(out), Files.readString(err));
    }

    Ran ssh(String... words) throws IOException, InterruptedException {
        return run(command(words));
    }

    private List<String> command(String... words) {
        List<String> all = new ArrayList<>(List.of("ssh", "-F", rent.resolve("ssh_config").toString()));
        all.addAll(List.of(words));
        return all;
    }

    private String config() {
        return rent.resolve("ssh_config").toString();
    }

    void commandsHaveTheirStreamsAndExitCodes(String machine) throws Exception {
        assertEquals(new Ran(7, "one\n", "two\n"), ssh(machine, "echo one; echo two >&2; exit 7"));
        assertEquals(143, ssh(machine, "kill -TERM $$").code(), "128 + 15");
        assertEquals("65534\n", ssh(machine, "id -u").out(), "the container's own user");
    }

    /** All of it arrives, and then its end. */
    void standardInputEnds(String machine) throws Exception {
        byte[] content = noise(1_500_000);
        Path file = Files.write(directory.resolve("input"), content);
        assertEquals("1500000", run(command(machine, "wc -c"), file.toFile()).out().strip());
        assertEquals("0", ssh(machine, "wc -c").out().strip(), "nothing but the end");
    }

    void filesGoThereAndComeBack(String machine) throws Exception {
        byte[] content = noise(700_000);
        Path file = Files.write(directory.resolve("some file"), content);
        assertEquals(0, run(List.of("scp", "-q", "-F", config(), file.toString(), machine + ":there")).code());
        Path back = directory.resolve("back-" + machine);
        Path batch = Files.writeString(directory.resolve("batch"), "get there " + back + "\nrename there moved\nls -1\n");
        Ran sftp = run(List.of("sftp", "-F", config(), "-b", batch.toString(), machine));
        assertEquals(0, sftp.code(), sftp.err());
        assertTrue(sftp.out().contains("moved"), sftp.out());
        assertArrayEquals(content, Files.readAllBytes(back));
    }

    /** Its size is that of the own terminal and follows it, and Ctrl-C is a signal to what runs there. */
    void aTerminalFollowsTheOwnOneAndPassesItsSignals(String machine) throws Exception {
        Path there = Files.writeString(directory.resolve("there.sh"), "trap 'stty size' WINCH\ntrap 'echo interrupted; exit 3' INT\ntty; stty size; echo ready\n"
                + "while :; do sleep 0.1; done\n");
        assertEquals(0, run(List.of("scp", "-q", "-F", config(), there.toString(), machine + ":there.sh")).code());
        Path keys = directory.resolve("keys-" + machine);
        assertEquals(0, run(List.of("mkfifo", keys.toString())).code());
        Path here = Files.writeString(directory.resolve("here.sh"), "stty cols 91 rows 17\n"
                + "ssh -F " + config() + " -tt " + machine + " 'exec sh there.sh' | while IFS= read -r line; do printf '%s\\n' \"$line\"; case $line in\n"
                + "  ready*) stty cols 70 rows 20 </dev/tty ;;\n  '20 70'*) printf '\\003' >" + keys + " ;;\nesac; done\n");
        // its keyboard is the pipe: what is written there is typed
        Ran terminal = run(List.of("sh", "-c", "sleep 120 >" + keys + " & holder=$!; script -qec 'bash -o pipefail " + here + "' /dev/null <" + keys
                + "; code=$?; kill $holder; exit $code"));
        assertTrue(terminal.out().contains("/dev/pts/") && terminal.out().contains("17 91"), terminal.out() + terminal.err());
        assertTrue(terminal.out().contains("20 70"), "it follows: " + terminal.out());
        assertTrue(terminal.out().contains("interrupted"), "Ctrl-C: " + terminal.out());
        assertEquals(3, terminal.code(), terminal.out());
    }

    /** Who hangs up leaves nothing running. */
    void whatIsLeftAloneEnds(String machine) throws Exception {
        Path out = directory.resolve("left-" + machine);
        Process p = new ProcessBuilder(command(machine, "echo $$; exec sleep 4321")).redirectInput(new File("/dev/null")).redirectOutput(out.toFile())
                .redirectError(directory.resolve("left.err").toFile()).start();
        Zennet.await("it runs", LIMIT, () -> MarketProcesses.text(out).endsWith("\n"));
        String pid = Files.readString(out).strip();
        p.destroy();
        assertTrue(p.waitFor(30, TimeUnit.SECONDS));
        assertEquals("gone\n", ssh(machine, "n=0; while kill -0 " + pid + " 2>/dev/null && [ $n -lt 300 ]; do sleep 0.1; n=$((n+1)); done; "
                + "kill -0 " + pid + " 2>/dev/null && echo there || echo gone").out());
    }

    /** A port of the machine's own loopback is reached through {@code -L}; no other address is, and nothing the other way round. */
    void portsAreForwardedIntoTheMachineAlone(String machine, String listen) throws Exception {
        Path log = directory.resolve("forward-" + machine);
        int local = freePort();
        int host;
        try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) { // a service of the provider's host
            host = own.getLocalPort();
            int otherwise = freePort();
            int loopback = freePort();
            Process p = new ProcessBuilder(command("-o", "ExitOnForwardFailure=yes", "-L", local + ":127.0.0.1:" + PORT, "-L", otherwise + ":192.0.2.1:80",
                    "-L", loopback + ":127.0.0.1:" + host, machine, "echo forwarding; " + listen)).redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true).redirectOutput(log.toFile()).start();
            try {
                Zennet.await("it forwards", LIMIT, () -> MarketProcesses.text(log).contains("forwarding"));
                String[] answer = {""};
                Zennet.await("the machine's service answers: " + MarketProcesses.text(log), LIMIT, () -> {
                    answer[0] = said(local, "hello there\n");
                    return !answer[0].isEmpty();
                });
                assertEquals("hello there\n", answer[0]);
                assertEquals("", said(otherwise, "GET / HTTP/1.0\r\n\r\n"));
                Zennet.await("the refusal is told", LIMIT, () -> MarketProcesses.text(log).contains("administratively prohibited"));
                assertEquals("", said(loopback, "x"), "its loopback is not the host's");
                own.setSoTimeout(1);
                try {
                    own.accept().close();
                    throw new AssertionError("the provider's own loopback was reached");
                } catch (java.net.SocketTimeoutException e) {
                    assertTrue(p.isAlive(), MarketProcesses.text(log));
                }
            } finally {
                p.destroy();
                p.waitFor(30, TimeUnit.SECONDS);
            }
        }
        assertNotEquals(0, ssh("-W", "192.0.2.1:80", machine).code());
        Ran back = ssh("-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", machine, "echo forwarded");
        assertFalse(back.out().contains("forwarded"), back.out() + back.err());
    }

    /** What comes back from a local port; nothing where it is closed. */
    private static String said(int port, String what) {
        try (Socket s = new Socket(InetAddress.getLoopbackAddress(), port)) {
            s.setSoTimeout((int) LIMIT.toMillis());
            s.getOutputStream().write(what.getBytes(StandardCharsets.US_ASCII));
            byte[] back = s.getInputStream().readNBytes(what.length());
            return new String(back, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }

    private static byte[] noise(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        return content;
    }
}
