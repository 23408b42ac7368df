package org.zennet.network.internal.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.PublicKey;
import org.zennet.network.internal.wire.Hello;
import org.zennet.services.Registration;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.JoinLine;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/**
 * The sockets under a {@link Network}: Netty on NIO, the JDK's TLS engine. Event loops only move bytes; names are
 * looked up, signatures made and receivers called on virtual threads.
 */
final class NettyNetwork implements NetworkService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NettyNetwork.class);

    static {
        // before Netty's first class: what it would do with sun.misc.Unsafe makes JDK 24 and later print warnings
        if (System.getProperty("io.netty.noUnsafe") == null) {
            System.setProperty("io.netty.noUnsafe", "true");
        }
    }

    private static final int EVENT_LOOPS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 128 << 10);
    private static final long CLOSE_NOTIFY_MILLIS = 300;

    private final ExecutorService pool =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("zennet-network-worker-", 0).factory());
    private final Executor workers = this::work;
    private final EventLoopGroup loops =
            new NioEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("zennet-network-io", true));
    private final Network network;
    private final Tls tls;
    private final Channel server;
    private final Endpoint listening;
    private final Runnable stopTicking;

    /**
     * Listens.
     *
     * @param listen    where; port 0 for any
     * @param advertise the host that others are told, where it isn't the one listened on
     * @throws IOException with a one-line reason when it can't listen there
     */
    NettyNetwork(IdentityService identity, JoinLine line, String role, InetSocketAddress listen,
            Optional<String> advertise, Limits limits, Timing timing) throws IOException {
        this.network = new Network(identity, limits, timing, workers);
        this.tls = new Tls(timing);
        if (listen.isUnresolved()) {
            throw failed(listen, "this machine does not know that name");
        }
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops).channelFactory(NioServerSocketChannel::new)
                .option(ChannelOption.SO_BACKLOG, 256)
                .option(ChannelOption.AUTO_READ, false) // until it is known what this node says of itself
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        prepare(channel, channel.remoteAddress(), Optional.empty());
                    }
                });
        ChannelFuture bound = bootstrap.bind(listen).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw failed(listen, bound.cause().getMessage());
        }
        server = bound.channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        listening = new Endpoint(advertise.orElseGet(() -> host(listen.getAddress())), port);
        network.greetWith(new Hello(Hello.VERSION, Hello.VERSION, Hello.network(line), role, identity.identity(),
                Optional.of(listening)));
        stopTicking = timing.repeat(network::tick);
        server.config().setAutoRead(true);
        LOG.info("listening on {}, reachable as {}", server.localAddress(), listening);
    }

    private IOException failed(InetSocketAddress listen, String why) {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        pool.shutdown();
        return new IOException("can't listen on " + listen.getHostString() + ":" + listen.getPort() + ": " + why);
    }

    private void work(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("the network has stopped", e);
        }
    }

    private void prepare(SocketChannel channel, InetSocketAddress address, Optional<Dial> dial) {
        Connection connection = new Connection(network, channel, address, dial);
        if (!network.begun(channel, connection)) {
            channel.close();
            return;
        }
        SslHandler handler = new SslHandler(tls.engine(dial.isPresent()), workers);
        handler.setHandshakeTimeoutMillis(0); // the network's own clock sees to that
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        channel.pipeline().addLast(new ByteLimit(), handler, new FrameCodec(), connection);
    }

    @Override
    public Endpoint listening() {
        return listening;
    }

    @Override
    public CompletableFuture<PeerConnection> connect(Endpoint endpoint, Optional<PublicKey> expected) {
        return network.connect(new Dial.Target(endpoint, expected), dial -> workers.execute(() -> lookUp(dial)));
    }

    private void lookUp(Dial dial) {
        try {
            dial(dial, List.of(InetAddress.getAllByName(dial.target().endpoint().host())));
        } catch (UnknownHostException e) {
            dial.fail("can't be reached: there is no such host");
        }
    }

    private void dial(Dial dial, List<InetAddress> addresses) {
        InetSocketAddress address = new InetSocketAddress(addresses.getFirst(), dial.target().endpoint().port());
        Bootstrap bootstrap = new Bootstrap().group(loops).channelFactory(NioSocketChannel::new)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        prepare(channel, address, Optional.of(dial));
                    }
                });
        ChannelFuture attempt;
        try {
            attempt = bootstrap.connect(address);
        } catch (IllegalStateException e) { // the loops have shut down
            dial.fail("is not dialled: this node stops");
            return;
        }
        dial.trying(attempt.channel());
        attempt.addListener(f -> {
            if (!f.isSuccess() && addresses.size() > 1 && !dial.future().isDone()) {
                dial(dial, addresses.subList(1, addresses.size()));
            } else if (!f.isSuccess()) {
                dial.fail(f.cause() instanceof ConnectException ? "refuses connections"
                        : "can't be reached: " + f.cause().getMessage());
            }
        });
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

    /** For tests. */
    Network network() {
        return network;
    }

    /** Stops at once: receivers have a second to hear of the end. */
    /** Other limits hold from now on. */
    void limit(Limits limits) {
        network.limit(limits);
    }

    @Override
    public void close() {
        stopTicking.run();
        server.close().awaitUninterruptibly(500);
        network.stop();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
        pool.shutdown();
        try {
            if (!pool.awaitTermination(1, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** A host under which others reach what listens here. */
    private static String host(InetAddress bound) {
        if (!bound.isAnyLocalAddress()) {
            return bound.getHostAddress();
        }
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress() && !a.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress).findFirst().orElse("127.0.0.1");
        } catch (SocketException e) {
            return "127.0.0.1";
        }
    }
}
