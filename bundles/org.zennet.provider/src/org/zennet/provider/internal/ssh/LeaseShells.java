package org.zennet.provider.internal.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.SessionFactory;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.market.machine.LoginEnd;
import org.zennet.market.message.Access;
import org.zennet.market.message.ShellAck;
import org.zennet.market.message.ShellData;
import org.zennet.market.message.ShellEnd;
import org.zennet.market.message.ShellOpen;
import org.zennet.market.message.ShellReady;
import org.zennet.provider.internal.Kit;
import org.zennet.services.network.MessageStream;

/**
 * The logins of one lease: an SSH server that only the key of the contract may enter, whose sockets are streams of the
 * publisher's connection. A login outlives the loss of a stream for {@value #PARKED_MILLIS} ms. Thread-safe.
 */
public final class LeaseShells {
    /** The most logins of a lease at a time. */
    public static final int MAX_LOGINS = 32;
    /** How long a login waits for its next stream, in milliseconds. */
    public static final long PARKED_MILLIS = 120_000;
    /** How long a login may take to show its key, in milliseconds. */
    static final long AUTHENTICATION_MILLIS = 30_000;
    private static final long DRAIN_MILLIS = 500;
    private static final int MAX_CHANNELS = 32;
    private static final int MAX_KEY_TRIALS = 6;
    private static final Logger LOG = LoggerFactory.getLogger(LeaseShells.class);

    private final Kit kit;
    private final String lease;
    private final Guest guest;
    private final SessionFactory sessions;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, Thread.ofVirtual().name("shells-", 0).factory());
    private final Map<Hash, Login> logins = new HashMap<>();
    private long in;
    private long out;
    private boolean closed;

    private final class Login {
        final Hash name;
        final LoginEnd bytes = new LoginEnd();
        final LoginIo io = new LoginIo(bytes, sessions);
        Optional<MessageStream> stream = Optional.empty();
        int streams;
        boolean authenticated;

        Login(Hash name) {
            this.name = name;
        }
    }

    /** For a container that runs. */
    public LeaseShells(Kit kit, String lease, Container container, HostKey hostKey, Access access) {
        this.kit = kit;
        this.lease = lease;
        this.guest = new Guest(container, kit.workers());
        this.sessions = new SessionFactory(server(hostKey, access));
    }

    private SshServer server(HostKey hostKey, Access access) {
        SshServer s = SshServer.setUpDefaultServer();
        s.setKeyPairProvider(KeyPairProvider.wrap(hostKey.pair()));
        s.setScheduledExecutorService(timer, false);
        s.setServiceFactories(SshServer.DEFAULT_SERVICE_FACTORIES);
        s.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        s.setPublickeyAuthenticator((user, key, session) -> HostKey.text(key).equals(access.userKey()));
        s.setShellFactory(_ -> new GuestCommand(guest, List.of()));
        s.setCommandFactory((_, line) -> new GuestCommand(guest, List.of("/bin/sh", "-c", line)));
        s.setSubsystemFactories(List.of(new Sftp()));
        s.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        s.setAgentFactory(null);
        s.setChannelFactories(List.of(new Channels("session"), new Channels("direct-tcpip")));
        s.setGlobalRequestHandlers(List.of(NoMoreSessionsHandler.INSTANCE));
        s.setCompressionFactories(List.of(org.apache.sshd.common.compression.BuiltinCompressions.none));
        s.addSessionListener(new SessionListener() {
            @Override
            public void sessionEvent(Session session, Event event) {
                if (event == Event.Authenticated) {
                    authenticated(session);
                }
            }
        });
        CoreModuleProperties.SERVER_IDENTIFICATION.set(s, "Zennet");
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(s, MAX_CHANNELS);
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(s, MAX_KEY_TRIALS);
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(s, Duration.ofDays(30)); // who reads slowly slows the program
        return s;
    }

    private final class Channels implements ChannelFactory {
        private final String kind;

        Channels(String kind) {
            this.kind = kind;
        }

        @Override
        public String getName() {
            return kind;
        }

        @Override
        public Channel createChannel(Session session) {
            return kind.equals("session") ? new LoginChannel() : new LoginChannel.Forward(guest);
        }
    }

    private final class Sftp implements SubsystemFactory {
        @Override
        public String getName() {
            return "sftp";
        }

        @Override
        public Command createSubsystem(ChannelSession channel) {
            return new SftpServer(guest);
        }
    }

    private synchronized void authenticated(Session session) {
        logins.values().stream().filter(l -> l.io == session.getIoSession()).forEach(l -> l.authenticated = true);
    }

    /**
     * The publisher opened a stream for a login, a new one or one that lost its stream.
     *
     * @return what takes the messages that follow
     */
    public MessageStream.Receiver open(ShellOpen request, MessageStream stream) {
        Login login;
        boolean fresh;
        synchronized (this) {
            login = logins.get(request.login());
            fresh = login == null;
            String refusal = closed ? "the lease ends" : fresh && request.received() > 0 ? "the login is over"
                    : fresh && logins.size() >= MAX_LOGINS ? "at most " + MAX_LOGINS + " logins at a time" : null;
            if (refusal != null) {
                return refuse(stream, false, refusal);
            }
            if (fresh) {
                login = new Login(request.login());
                logins.put(login.name, login);
            }
            login.stream.ifPresent(MessageStream::close);
            login.stream = Optional.of(stream);
            login.streams++;
        }
        Wire wire = new Wire(login, stream);
        stream.send(Records.encode(new ShellReady(login.bytes.received())));
        try {
            login.bytes.attach(wire, request.received());
            if (fresh) {
                begin(login);
            }
        } catch (LoginEnd.Breach e) {
            wire.breach(e.getMessage());
        }
        return wire;
    }

    /** Does not take a stream. */
    public static MessageStream.Receiver refuse(MessageStream stream, boolean again, String reason) {
        stream.send(Records.encode(new ShellEnd(again, 0, reason)));
        stream.close();
        return new MessageStream.Receiver() {
            @Override
            public void message(byte[] message) {
                // it was refused
            }

            @Override
            public void closed(String why) {
                // it was refused
            }
        };
    }

    private void begin(Login login) {
        login.io.addCloseFutureListener(_ -> forget(login));
        kit.timers().after(AUTHENTICATION_MILLIS, () -> {
            synchronized (this) {
                if (login.authenticated) {
                    return;
                }
            }
            login.io.close(true);
        });
        try {
            login.io.start(kit.workers());
            LOG.debug("lease {}: login {}", lease, login.name.toShortHex());
        } catch (IOException e) {
            LOG.warn("lease {}: a login can't begin: {}", lease, e.getMessage());
            login.io.close(true);
        }
    }

    /** A login whose SSH session is over: its last bytes are still delivered, then nothing is left of it. */
    private void forget(Login login) {
        forget(login, PARKED_MILLIS);
    }

    private void forget(Login login, long patience) {
        kit.timers().after(DRAIN_MILLIS, () -> {
            if (!login.bytes.drained() && patience > 0) {
                forget(login, patience - DRAIN_MILLIS);
                return;
            }
            synchronized (this) {
                if (logins.remove(login.name) != null) {
                    in += login.bytes.taken();
                    out += login.bytes.acknowledged();
                }
                login.bytes.abort("");
                login.stream.ifPresent(MessageStream::close);
            }
        });
    }

    private final class Wire implements LoginEnd.Wire, MessageStream.Receiver {
        private final Login login;
        private final MessageStream stream;
        private final int number;

        Wire(Login login, MessageStream stream) {
            this.login = login;
            this.stream = stream;
            this.number = login.streams;
        }

        @Override
        public void send(Record message) {
            stream.send(Records.encode(message));
        }

        @Override
        public void message(byte[] message) {
            try {
                switch (Records.decodeAny(message, ShellData.class, ShellAck.class, ShellEnd.class)) {
                    case ShellData d -> login.bytes.arrived(d);
                    case ShellAck a -> login.bytes.arrived(a);
                    case ShellEnd e -> login.bytes.arrived(e);
                    default -> throw new IllegalStateException("decodeAny answers with what it was asked for");
                }
            } catch (EncodingException | LoginEnd.Breach e) {
                breach(e.getMessage());
            }
        }

        private void breach(String what) {
            login.bytes.abort("a breach of the protocol");
            login.io.close(true);
            stream.connection().violation("in a login: " + what);
        }

        @Override
        public void closed(String reason) {
            login.bytes.detach(this);
            kit.timers().after(PARKED_MILLIS, () -> {
                boolean left;
                synchronized (LeaseShells.this) {
                    left = login.streams == number;
                }
                if (left) {
                    login.bytes.abort("");
                    login.io.close(true);
                }
            });
        }
    }

    /** What logins moved so far, as network counters: in is what came for the container. Both ends know these numbers. */
    public synchronized UsageVector usage() {
        long received = in;
        long sent = out;
        for (Login l : logins.values()) {
            received += l.bytes.taken();
            sent += l.bytes.acknowledged();
        }
        return UsageVector.ZERO.with(Counter.NETWORK_IN, received).with(Counter.NETWORK_OUT, sent);
    }

    /** How many logins there are. */
    public synchronized int count() {
        return logins.size();
    }

    /** Ends all logins, and takes no more. */
    public void close() {
        List<Login> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(logins.values());
        }
        all.forEach(l -> l.io.close(true));
        timer.shutdown(); // what is due soon is still done
    }
}
