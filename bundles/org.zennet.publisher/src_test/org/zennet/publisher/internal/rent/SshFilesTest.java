package org.zennet.publisher.internal.rent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.services.Rejected;

/** The files that OpenSSH reads, as OpenSSH itself reads them. */
class SshFilesTest {
    @TempDir
    Path directory;

    private static String run(String... words) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(words).redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, p.waitFor(), out);
        return out;
    }

    private static String mode(Path p) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(p));
    }

    @Test
    void opensshReadsTheKeyAndFindsItsPublicHalf() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")), "OpenSSH's client is not installed");
        UserKey key = UserKey.draw();
        SshFiles files = SshFiles.in(directory.resolve("a/rent"));
        files.key("k", key.file("zennet-1", new Random(1)));
        Path file = directory.resolve("a/rent/keys/k");
        assertEquals(key.text() + " zennet-1", run("ssh-keygen", "-y", "-f", file.toString()).strip());
        assertTrue(run("ssh-keygen", "-l", "-f", file.toString()).contains(RentView.fingerprint(key.text())));
        assertEquals("rw-------", mode(file));
        assertEquals("rwx------", mode(file.getParent()));
        assertEquals("rwx------", mode(directory.resolve("a/rent")));
        assertFalse(key.toString().contains("PRIVATE"));
    }

    @Test
    void opensshTakesPortKeyAndStrictnessFromTheConfiguration() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "OpenSSH's client is not installed");
        SshFiles files = SshFiles.in(directory.resolve("with space"));
        String host = UserKey.draw().text();
        files.key("k", "secret");
        files.key("gone", "secret");
        files.write(List.of(new SshFiles.Host("zennet-7", 4711, host, "k")), List.of());
        Path d = directory.resolve("with space");
        String read = run("ssh", "-G", "-F", d.resolve("ssh_config").toString(), "zennet-7");
        for (String line : List.of("hostname 127.0.0.1", "port 4711", "user zennet", "hostkeyalias zennet-7", "identitiesonly yes",
                "stricthostkeychecking true", "forwardagent no", "identityfile " + d.resolve("keys/k"), "userknownhostsfile " + d.resolve("known_hosts"))) {
            assertTrue(read.contains(line + "\n"), line + "\n" + read);
        }
        assertEquals("zennet-7 " + host + "\n", Files.readString(d.resolve("known_hosts")));
        assertTrue(run("ssh-keygen", "-F", "zennet-7", "-f", d.resolve("known_hosts").toString()).contains(host));
        assertFalse(Files.exists(d.resolve("keys/gone")), "a key without a machine goes");
        assertEquals("rw-------", mode(d.resolve("ssh_config")));
    }

    @Test
    void nothingOfARentStaysAndNothingOfOthersGoes() throws Exception {
        Files.createDirectories(directory.resolve("mine"));
        Files.writeString(directory.resolve("mine/notes"), "x");
        SshFiles files = SshFiles.in(directory.resolve("mine"));
        files.key("k", "secret");
        files.remove();
        assertEquals("x", Files.readString(directory.resolve("mine/notes")));
        assertFalse(Files.exists(directory.resolve("mine/keys")));
        Files.writeString(directory.resolve("mine/ssh_config"), "Host *\n");
        assertThrows(Rejected.class, () -> SshFiles.in(directory.resolve("mine")));
        assertEquals("Host *\n", Files.readString(directory.resolve("mine/ssh_config")));
    }
}
