package org.zennet.provider.internal.ssh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Counter;
import org.zennet.market.message.Access;
import org.zennet.provider.internal.Kit;

/** OpenSSH's own programs against the logins of a lease. */
@Timeout(120)
class LeaseShellsTest {
    @TempDir
    Path directory;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private Path home;
    private Path key;
    private LocalContainer container;
    private LeaseShells shells;
    private Door door;

    private record Ran(int code, String out, String err) { }

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "OpenSSH's client is not installed");
        home = Files.createDirectory(directory.resolve("home"));
        key = directory.resolve("key");
        assertEquals(0, run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key.toString()), "").code());
        HostKey host = HostKey.of(HostKey.draw().secret()); // as after a restart
        String user = Files.readString(directory.resolve("key.pub")).strip();
        container = new LocalContainer(home);
        Kit kit = new Kit(null, null, null, null, null, null, null, null, null, System::nanoTime, (millis, task) -> () -> { }, workers, null);
        shells = new LeaseShells(kit, "lease", container, host, new Access(user, host.text()));
        door = new Door(shells);
        Files.writeString(directory.resolve("known_hosts"), "box " + host.text() + "\n");
        Files.writeString(directory.resolve("config"), """
                Host box
                  HostName 127.0.0.1
                  Port %d
                  User zennet
                  IdentityFile %s
                  IdentitiesOnly yes
                  HostKeyAlias box
                  UserKnownHostsFile %s
                  GlobalKnownHostsFile /dev/null
                  StrictHostKeyChecking yes
                  BatchMode yes
                  ConnectTimeout 20
                """.formatted(door.port(), key, directory.resolve("known_hosts")));
    }

    @AfterEach
    void close() throws IOException {
        if (door != null) {
            shells.close();
            container.stop();
            door.close();
        }
        workers.shutdownNow();
    }

    private Ran run(List<String> words, String input) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        Process p = new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        p.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        p.getOutputStream().close();
        int code = p.waitFor();
        return new Ran(code, Files.readString(out), Files.readString(err));
    }

    private Ran ssh(String input, String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("ssh", "-F", directory.resolve("config").toString()));
        all.addAll(List.of(words));
        return run(all, input);
    }

    private Ran sftp(String batch) throws IOException, InterruptedException {
        return run(List.of("sftp", "-F", directory.resolve("config").toString(), "-b", "-", "box"), batch);
    }

    private Ran scp(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("scp", "-F", directory.resolve("config").toString()));
        all.addAll(List.of(words));
        return run(all, "");
    }

    @Test
    void aCommandGivesItsOutputItsErrorsAndItsExitCode() throws Exception {
        assertEquals(new Ran(7, "one\n", "two\n"), ssh("", "box", "echo one; echo two >&2; exit 7"));
    }

    @Test
    void theEndOfTheInputArrives() throws Exception {
        assertEquals(new Ran(0, "abc\n3 d\n", ""), ssh("abc\n", "box", "cat; echo 3 d"));
    }

    @Test
    void aShellReadsCommands() throws Exception {
        Ran r = ssh("echo in $HOME\nexit 3\n", "-T", "box");
        assertEquals(3, r.code());
        assertTrue(r.out().contains("in " + home), r.toString());
    }

    @Test
    void onlyTheKeyOfTheContractEnters() throws Exception {
        Path other = directory.resolve("other");
        run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other.toString()), "");
        Ran r = ssh("", "-o", "IdentityFile=" + other, "-o", "IdentityFile=none", "box", "true");
        assertTrue(run(List.of("ssh", "-F", "/dev/null", "-i", other.toString(), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
                "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-p", Integer.toString(door.port()), "zennet@127.0.0.1", "true"), "")
                .err().contains("Permission denied (publickey)"));
        assertEquals(0, r.code(), "the key of the contract still enters");
    }

    @Test
    void anotherHostKeyThanTheContractsIsNoticed() throws Exception {
        Files.writeString(directory.resolve("known_hosts"), "box " + HostKey.draw().text() + "\n");
        Ran r = ssh("", "box", "true");
        assertEquals(255, r.code());
        assertTrue(r.err().contains("Host key verification failed"), r.err());
    }

    @Test
    void aTerminalHasTheSizeOfTheOwnOneAndFollowsIt() throws Exception {
        Path tty = directory.resolve("local-tty");
        Path script = directory.resolve("remote");
        // stty tells columns and rows one after the other
        Files.writeString(script, "stty size; trap 's=$(stty size); echo \"$s\"; [ \"$s\" != \"22 66\" ] || exit 5' WINCH; echo ready; while :; do sleep 0.05; done\n");
        String line = "tty > " + tty + "; stty cols 101 rows 33; exec ssh -F " + directory.resolve("config") + " -tt box 'test -t 0 && sh " + script + "'";
        Process p = new ProcessBuilder("script", "-qefc", line, "/dev/null").redirectErrorStream(true).start();
        StringBuilder seen = new StringBuilder();
        boolean resized = false;
        for (int b = p.getInputStream().read(); b >= 0; b = p.getInputStream().read()) {
            seen.append((char) b);
            if (!resized && seen.indexOf("ready") >= 0) {
                resized = true;
                new ProcessBuilder("/bin/sh", "-c", "stty -F $(cat " + tty + ") cols 66 rows 22").start().waitFor();
            }
        }
        assertEquals(5, p.waitFor(), seen.toString());
        assertTrue(seen.indexOf("33 101") < seen.indexOf("22 66") && seen.indexOf("33 101") >= 0, seen.toString());
    }

    @Test
    void whoHangsUpEndsWhatRuns() throws Exception {
        Process p = new ProcessBuilder("ssh", "-F", directory.resolve("config").toString(), "box", "echo on; sleep 1000").start();
        assertEquals('o', p.getInputStream().read());
        assertFalse(container.running.isEmpty());
        p.destroyForcibly().waitFor();
        for (LocalContainer.Running r : container.running) {
            assertNotEquals(0, r.exit().join());
        }
    }

    @Test
    void fewVariablesPass() throws Exception {
        Ran r = run(List.of("env", "LC_ALL=C.UTF-8", "LD_PRELOAD_X=1", "LINES=5", "COLUMNS=5", "ssh", "-F", directory.resolve("config").toString(),
                "-o", "SendEnv=*", "box", "echo $LC_ALL $LD_PRELOAD_X $LINES; test -t 0; echo $?"), "");
        assertEquals("C.UTF-8\n1\n", r.out(), r.err());
    }

    @Test
    void neitherTheAgentNorPortsOfThisSideAreReached() throws Exception {
        assertEquals("\n", ssh("", "-A", "-X", "box", "echo $SSH_AUTH_SOCK$DISPLAY").out());
        Ran r = ssh("", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22", "box", "true");
        assertEquals(255, r.code());
        assertTrue(r.err().contains("remote port forwarding failed"), r.err());
    }

    @Test
    void aPortOfTheContainersLoopbackIsReachedAndNoOther() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket s = server.accept()) {
                    byte[] b = s.getInputStream().readNBytes(5);
                    s.getOutputStream().write(b);
                    s.getOutputStream().write(" back\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // the test fails
                }
            });
            Ran r = ssh("hello", "-W", "localhost:" + server.getLocalPort(), "box");
            assertEquals("hello back\n", r.out(), r.err());
        }
        Ran r = ssh("", "-W", "10.1.2.3:80", "box");
        assertNotEquals(0, r.code());
        assertTrue(r.err().contains("administratively prohibited"), r.err());
    }

    @Test
    void filesGoInAndOutUnderAnyName() throws Exception {
        Path file = directory.resolve("local file");
        byte[] content = new byte[3_000_000];
        new Random(5).nextBytes(content);
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L));
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-x---"));
        Ran r = scp("-p", file.toString(), "box:it's \"ö\" & $HOME");
        assertEquals(0, r.code(), r.err());
        Path there = home.resolve("it's \"ö\" & $HOME");
        assertArrayEquals(content, Files.readAllBytes(there));
        assertEquals(1_600_000_000_000L, Files.getLastModifiedTime(there).toMillis());
        assertEquals("rwxr-x---", java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(there)));
        Path back = directory.resolve("back");
        assertEquals(0, scp("box:it's \"ö\" & $HOME", back.toString()).code());
        assertArrayEquals(content, Files.readAllBytes(back));
    }

    @Test
    void directoriesAreListedMadeCopiedAndRemoved() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree/a/b")).getParent().getParent();
        Files.writeString(tree.resolve("a/b/deep"), "deep");
        Files.writeString(tree.resolve("a/.hidden"), "");
        assertEquals(0, scp("-r", tree.toString(), "box:copy").code());
        assertEquals("deep", Files.readString(home.resolve("copy/a/b/deep")));
        for (int i = 0; i < 250; i++) {
            Files.writeString(home.resolve("copy/file-%03d".formatted(i)), "x".repeat(i));
        }
        Ran r = sftp("""
                pwd
                cd copy
                ls -1 a
                ls -1
                ls -l file-249
                mkdir new
                rename file-001 new/moved
                symlink new/moved link
                chmod 600 link
                rm file-002
                ln file-003 hard
                get link %s
                rmdir a/b
                """.formatted(directory.resolve("got")));
        assertEquals(1, r.code(), "the last one fails: its directory is not empty\n" + r);
        assertTrue(r.out().contains("Remote working directory: " + home + "\n"), r.out());
        assertTrue(r.out().contains("file-000\nfile-001") || r.out().contains("copy/file-000") || r.out().contains("file-248"), r.out());
        assertTrue(r.out().lines().filter(l -> l.matches("file-[0-9]{3}\\s*")).count() == 250, r.out());
        assertTrue(r.out().contains("-rw-r--r--") && r.out().contains(" 249 "), r.out());
        assertEquals("x", Files.readString(directory.resolve("got")));
        assertEquals("new/moved", Files.readSymbolicLink(home.resolve("copy/link")).toString());
        assertFalse(Files.exists(home.resolve("copy/file-002")));
        assertTrue(Files.isSameFile(home.resolve("copy/hard"), home.resolve("copy/file-003")));
        assertTrue(r.err().contains("rmdir") || r.err().contains("not empty") || r.err().contains("Failure"), r.err());
    }

    @Test
    void whatIsMissingOrForbiddenIsToldAsSuch() throws Exception {
        Ran r = scp("box:nothing", directory.resolve("x").toString());
        assertEquals(1, r.code());
        assertTrue(r.err().contains("No such file or directory"), r.err());
        Ran w = scp("/etc/hostname", "box:/proc/nothing/here");
        assertEquals(1, w.code(), w.err());
    }

    @Test
    void anInterruptedUploadGoesOn() throws Exception {
        byte[] content = new byte[1_500_000];
        new Random(6).nextBytes(content);
        Path file = directory.resolve("big");
        Files.write(file, content);
        Files.write(home.resolve("big"), java.util.Arrays.copyOf(content, 700_001));
        assertEquals(0, sftp("reput " + file + "\n").code());
        assertArrayEquals(content, Files.readAllBytes(home.resolve("big")));
        Files.write(directory.resolve("down"), java.util.Arrays.copyOf(content, 123_457));
        assertEquals(0, sftp("reget big " + directory.resolve("down") + "\n").code());
        assertArrayEquals(content, Files.readAllBytes(directory.resolve("down")));
    }

    @Test
    void aLoginSurvivesStreamsThatBreakInTheMiddle() throws Exception {
        byte[] content = new byte[6_000_000];
        new Random(7).nextBytes(content);
        Files.write(directory.resolve("big"), content);
        door.breakAfter = 37;
        assertEquals(0, scp(directory.resolve("big").toString(), "box:big").code());
        assertArrayEquals(content, Files.readAllBytes(home.resolve("big")));
        assertEquals(0, scp("box:big", directory.resolve("back").toString()).code());
        assertArrayEquals(content, Files.readAllBytes(directory.resolve("back")));
        assertTrue(door.broken > 5, "broken " + door.broken + " times");
    }

    @Test
    void bytesAreMeteredAsBothEndsCountThem() throws Exception {
        assertEquals(0, ssh("x".repeat(100_000), "box", "cat; head -c 50000 /dev/zero").code());
        long in = shells.usage().get(Counter.NETWORK_IN);
        long out = shells.usage().get(Counter.NETWORK_OUT);
        assertTrue(in > 100_000 && in <= door.fromSocket.get(), in + " of " + door.fromSocket.get());
        assertTrue(out > 150_000 && out <= door.toSocket.get(), out + " of " + door.toSocket.get());
    }

    @Test
    void atMostSoManyLoginsAtATime() throws Exception {
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < LeaseShells.MAX_LOGINS; i++) {
            Socket s = new Socket(InetAddress.getLoopbackAddress(), door.port());
            assertEquals('S', s.getInputStream().read());
            open.add(s);
        }
        try (Socket more = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            assertEquals(-1, more.getInputStream().read());
        }
        for (Socket s : open) {
            s.close();
        }
    }
}
