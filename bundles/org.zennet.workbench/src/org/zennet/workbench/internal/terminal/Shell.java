package org.zennet.workbench.internal.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.PtyChannelConfiguration;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.Rejected;

/**
 * A shell with a terminal on a rented machine, over SSH to its local port: what {@code zennet ssh} does with OpenSSH. Only the host key of the
 * contract is taken, only the key of the contract is shown, nothing is forwarded. Typing never waits: what can't be sent at once is queued.
 */
public final class Shell implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int CHUNK = 8_192;
    /** The most pieces of typing that wait. */
    private static final int QUEUE = 1_024;
    private static final byte[] END = new byte[0];
    private final SshClient client;
    private final ClientSession session;
    private final ChannelShell channel;
    private final LinkedBlockingQueue<byte[]> typed = new LinkedBlockingQueue<>(QUEUE);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes what a machine sends. */
    public interface Reader {
        /** Takes a piece. */
        void read(byte[] bytes, int offset, int length);
    }

    private Shell(SshClient client, ClientSession session, ChannelShell channel) {
        this.client = client;
        this.session = session;
        this.channel = channel;
    }

    /**
     * Logs in; takes up to half a minute.
     *
     * @param screen gets what the machine sends, piece by piece, on another thread
     * @param ended  is told once, on another thread, how it ended
     * @throws Rejected with one line on why not
     */
    public static Shell open(Login login, int columns, int lines, Reader screen, Consumer<String> ended) throws Rejected {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((s, address, key) -> login.fingerprint().equals(KeyUtils.getFingerPrint(BuiltinDigests.sha256, key)));
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setAgentFactory(null);
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, Duration.ZERO);
        boolean done = false;
        try {
            client.start();
            ClientSession session = client.connect("zennet", "127.0.0.1", login.port()).verify(PATIENCE).getSession();
            session.addPublicKeyIdentity(key(login));
            session.auth().verify(PATIENCE);
            PtyChannelConfiguration terminal = new PtyChannelConfiguration();
            terminal.setPtyType("xterm-256color");
            terminal.setPtyColumns(columns);
            terminal.setPtyLines(lines);
            ChannelShell channel = session.createShellChannel(terminal, Map.of("LANG", "C.UTF-8"));
            channel.setRedirectErrorStream(true);
            channel.open().verify(PATIENCE);
            Shell shell = new Shell(client, session, channel);
            Thread.ofVirtual().name("zennet-terminal-out").start(() -> shell.read(screen, ended));
            Thread.ofVirtual().name("zennet-terminal-in").start(shell::write);
            done = true;
            return shell;
        } catch (IOException | GeneralSecurityException e) {
            throw new Rejected(NLS.bind(Messages.letsNobodyIn, login.name(), reason(e)), e);
        } finally {
            if (!done) {
                client.stop();
            }
        }
    }

    private static String reason(Exception e) {
        Throwable t = e;
        while (t instanceof SshException && t.getCause() != null) {
            t = t.getCause();
        }
        String text = String.valueOf(t.getMessage());
        return text.contains("Server key did not validate") //$NON-NLS: how Apache MINA says it
                 ? Messages.otherKey : text;
    }

    private static KeyPair key(Login login) throws IOException, GeneralSecurityException {
        List<KeyPair> keys = new ArrayList<>();
        try (InputStream in = Files.newInputStream(login.key())) {
            Iterable<KeyPair> all = SecurityUtils.loadKeyPairIdentities(null, new PathResource(login.key()), in, FilePasswordProvider.EMPTY);
            if (all != null) {
                all.forEach(keys::add);
            }
        }
        if (keys.size() != 1) {
            throw new IOException(NLS.bind(Messages.noKey, login.key()));
        }
        return keys.getFirst();
    }

    private void read(Reader screen, Consumer<String> ended) {
        String how = Messages.lost;
        try (InputStream in = channel.getInvertedOut()) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                screen.read(chunk, 0, n);
            }
            Integer status = channel.getExitStatus();
            how = channel.getExitSignal() != null ? NLS.bind(Messages.signal, channel.getExitSignal().replaceAll("[^A-Za-z0-9@.-]", "?")) : status == null ? how
                    : status == 0 ? Messages.loggedOut : NLS.bind(Messages.exitCode, status);
        } catch (IOException e) {
            how = closed.get() ? Messages.loggedOut : how;
        } finally {
            close();
            ended.accept(how);
        }
    }

    private void write() {
        try (OutputStream out = channel.getInvertedIn()) {
            for (byte[] b = typed.take(); b != END; b = typed.take()) {
                out.write(b);
                out.flush();
            }
        } catch (IOException e) {
            // the reader tells how it ended
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends what was typed; never waits.
     *
     * @return whether it was taken: not while very much waits
     */
    public boolean type(byte[] bytes) {
        return bytes.length > 0 && typed.offer(bytes.clone());
    }

    /** Tells the machine how large the terminal is now; never waits. */
    public void resize(int columns, int lines) {
        Thread.ofVirtual().start(() -> {
            try {
                channel.sendWindowChange(columns, lines);
            } catch (IOException e) {
                // it ends, and the reader tells so
            }
        });
    }

    /** Logs out; never waits. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            typed.clear();
            typed.offer(END);
            Thread.ofVirtual().start(() -> {
                channel.close(true);
                session.close(true);
                client.stop();
            });
        }
    }
}
