package org.zennet.workbench.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/**
 * A rented machine: a real SSH server on this machine that lets one key in, with a shell that says how large its terminal is, echoes what is typed
 * and knows two words: {@code colours} prints some, {@code exit} ends it.
 */
final class SshMachine implements AutoCloseable {
    private final SshServer server = SshServer.setUpDefaultServer();
    private final KeyPair host = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
    private final Path directory = Files.createTempDirectory("zennet-rent");
    /** The sizes that terminals had, as columns x lines. */
    final Set<String> sizes = ConcurrentHashMap.newKeySet();
    private volatile String claimed;
    /** How many shells are open. */
    final Set<Shell> open = ConcurrentHashMap.newKeySet();

    SshMachine() throws IOException, GeneralSecurityException {
        KeyPair user = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        Path key = Files.createDirectory(directory.resolve("keys")).resolve("zennet-1-abcdef01");
        try (OutputStream out = Files.newOutputStream(key)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(user, "test", null, out);
        }
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(host));
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator((name, k, session) -> KeyUtils.compareKeys(k, user.getPublic()));
        server.setShellFactory(channel -> new Shell());
        server.start();
    }

    int port() {
        return server.getPort();
    }

    /** The same with the host key of another in its contract. */
    SshMachine claiming(String other) {
        claimed = other;
        return this;
    }

    String fingerprint() {
        return claimed != null ? claimed : KeyUtils.getFingerPrint(BuiltinDigests.sha256, host.getPublic());
    }

    Path directory() {
        return directory;
    }

    /** One login. */
    final class Shell implements Command {
        private InputStream in;
        private OutputStream out;
        private ExitCallback exit;

        @Override
        public void setInputStream(InputStream from) {
            in = from;
        }

        @Override
        public void setOutputStream(OutputStream to) {
            out = to;
        }

        @Override
        public void setErrorStream(OutputStream to) {
            // all goes to the other
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            open.add(this);
            sized(environment);
            environment.addSignalListener((c, signal) -> sized(environment), Signal.WINCH);
            Thread.ofVirtual().start(this::run);
        }

        private void sized(Environment environment) {
            Map<String, String> e = environment.getEnv();
            sizes.add(e.get(Environment.ENV_COLUMNS) + "x" + e.get(Environment.ENV_LINES));
        }

        private void run() {
            StringBuilder line = new StringBuilder();
            try {
                say("\033]0;owned\007\033[32mada@zennet-1\033[0m$ ");
                for (int b = in.read(); b >= 0; b = in.read()) {
                    if (b != '\r') {
                        line.append((char) b);
                        out.write(b);
                        out.flush();
                        continue;
                    }
                    String words = line.toString();
                    line.setLength(0);
                    if (words.equals("exit")) {
                        exit.onExit(3);
                        return;
                    }
                    say("\r\nyou said " + words + "\r\n$ ");
                }
            } catch (IOException e) {
                // the login ended
            } finally {
                open.remove(this);
            }
        }

        private void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        @Override
        public void destroy(ChannelSession channel) {
            open.remove(this);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
        try (var all = Files.walk(directory)) {
            all.sorted(java.util.Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        }
    }
}
