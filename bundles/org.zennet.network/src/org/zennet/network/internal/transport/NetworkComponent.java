package org.zennet.network.internal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Registration;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.node.NodeContext;

/** The network of this process: listens from its activation to its deactivation. */
@Component(service = NetworkService.class, configurationPid = NetworkComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NetworkComponent.Config.class)
public final class NetworkComponent implements NetworkService {
    /** The configuration that starts it. */
    public static final String PID = "org.zennet.network";
    private static final Logger LOG = LoggerFactory.getLogger(NetworkComponent.class);

    /** What can be configured. */
    @ObjectClassDefinition(id = PID, name = "Network", description = "Where this node listens, and its limits.")
    public @interface Config {
        /** Where to listen. */
        @AttributeDefinition(name = "Listen on", description = "host:port; 0.0.0.0 for all addresses, port 0 for any")
        String listen() default "127.0.0.1:0";

        /** The host that others are told. */
        @AttributeDefinition(name = "Advertise", required = false,
                description = "The host under which others reach this node, where it isn't the one listened on")
        String advertise() default "";

        /** From the first packet to the proof. */
        @AttributeDefinition(name = "Handshake time-out (s)", min = "1")
        int handshakeSeconds() default 5;

        /** How often a connection is asked whether it lives. */
        @AttributeDefinition(name = "Ping interval (s)", min = "1")
        int pingSeconds() default 5;

        /** How long it may be silent. */
        @AttributeDefinition(name = "A silent peer is dead after (s)", min = "2")
        int deadSeconds() default 15;

        /** Incoming connections that have proved nothing yet. */
        @AttributeDefinition(name = "Unproved connections", min = "1")
        int maxHandshakes() default 64;

        /** The same from one address. */
        @AttributeDefinition(name = "Unproved connections per address", min = "1")
        int maxHandshakesPerAddress() default 16;

        /** Open connections. */
        @AttributeDefinition(name = "Connections", min = "1")
        int maxConnections() default 512;

        /** Open incoming connections from one address. */
        @AttributeDefinition(name = "Connections per address", min = "1",
                description = "Incoming ones; this machine's own address is exempt")
        int maxConnectionsPerAddress() default 64;

        /** How long a peer that broke the rules is not talked to. */
        @AttributeDefinition(name = "Leave rule-breakers alone for (s)", min = "0")
        int discourageSeconds() default 600;

        /** The same on this machine. */
        @AttributeDefinition(name = "Leave rule-breakers on this machine alone for (s)", min = "0")
        int discourageLoopbackSeconds() default 2;

        /** What may be held for receivers over all connections. */
        @AttributeDefinition(name = "Memory for what was received (MiB)", min = "48")
        int receiveMebibytes() default 256;
    }

    private final NettyNetwork network;

    /**
     * Starts to listen.
     *
     * @throws IOException with a one-line reason when it can't
     */
    @Activate
    public NetworkComponent(@Reference IdentityService identity, @Reference NodeContext node, Config config)
            throws IOException {
        Optional<String> advertise = Optional.of(config.advertise().strip()).filter(a -> !a.isEmpty());
        network = new NettyNetwork(identity, node.network(), node.role(), address(config.listen()), advertise,
                limits(config), new SystemTiming());
    }

    /** Other limits hold from now on; where it listens it goes on to do so. */
    @Modified
    public void modified(Config config) {
        try {
            network.limit(limits(config));
        } catch (IllegalArgumentException e) {
            LOG.warn("the limits of before go on: {}", e.getMessage());
        }
    }

    private static Limits limits(Config config) {
        return new Limits(Duration.ofSeconds(config.handshakeSeconds()),
                Duration.ofSeconds(config.pingSeconds()), Duration.ofSeconds(config.deadSeconds()),
                config.maxHandshakes(), config.maxHandshakesPerAddress(), config.maxConnections(),
                config.maxConnectionsPerAddress(), Duration.ofSeconds(config.discourageSeconds()),
                Duration.ofSeconds(config.discourageLoopbackSeconds()), (long) config.receiveMebibytes() << 20);
    }

    /** Reads {@code host:port}, where unlike in an {@link Endpoint} the port may be 0. */
    static InetSocketAddress address(String listen) throws IOException {
        int colon = listen.lastIndexOf(':');
        String host = colon < 1 ? "" : listen.substring(0, colon).replaceAll("^\\[(.*)\\]$", "$1");
        String port = listen.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IOException("can't listen on '" + listen + "': write host:port, such as 0.0.0.0:0");
        }
        return new InetSocketAddress(host, Integer.parseInt(port));
    }

    /** Ends all connections. */
    @Deactivate
    public void stop() {
        network.close();
    }

    @Override
    public Endpoint listening() {
        return network.listening();
    }

    @Override
    public CompletableFuture<PeerConnection> connect(Endpoint endpoint, Optional<PublicKey> expected) {
        return network.connect(endpoint, expected);
    }

    @Override
    public List<PeerConnection> connections() {
        return network.connections();
    }

    @Override
    public Registration accept(String protocol, StreamAcceptor acceptor) {
        return network.accept(protocol, acceptor);
    }

    @Override
    public Registration watch(ConnectionWatcher watcher) {
        return network.watch(watcher);
    }
}
