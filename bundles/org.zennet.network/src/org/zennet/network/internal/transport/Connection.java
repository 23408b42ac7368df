package org.zennet.network.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.FrameException;
import org.zennet.network.internal.wire.Goodbye;
import org.zennet.network.internal.wire.IdentityProof;
import org.zennet.network.internal.wire.Kind;
import org.zennet.services.SerialExecutor;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/**
 * One connection from its first packet to its end. Handshake, frames and writing happen on its event loop; whatever
 * takes time or is foreign code runs on workers.
 */
final class Connection extends SimpleChannelInboundHandler<Frame> implements PeerConnection, Mux.Owner {
    /** How far it is. */
    enum State { PROVING, ADMITTED, OPEN, CLOSED }

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int FRAMES_PER_TURN = 64;

    private final Network network;
    private final Channel channel;
    private final InetSocketAddress address;
    private final Optional<Dial> dial;
    private final long started;
    private final SerialExecutor serial;
    private final Mux mux;
    private final AtomicReference<State> state = new AtomicReference<>(State.PROVING);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicLong held = new AtomicLong();
    private final Greeting greeting;
    private final Liveness liveness;
    private volatile Hash binding;
    private volatile PublicKey peer;
    private volatile long openedAt;

    /** @param dial what asked for it, if this side dialled */
    Connection(Network network, Channel channel, InetSocketAddress address, Optional<Dial> dial) {
        this.network = network;
        this.channel = channel;
        this.address = address;
        this.dial = dial;
        this.started = network.now();
        this.serial = new SerialExecutor(network.workers(), e -> LOG.warn("a listener of the network failed", e));
        this.mux = new Mux(this, network.workers(), dial.isPresent());
        this.liveness = new Liveness(started);
        this.greeting = new Greeting(network, this);
    }

    @Override
    public PublicKey identity() {
        return peer;
    }

    @Override
    public String remote() {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public boolean outbound() {
        return dial.isPresent();
    }

    @Override
    public Hash binding() {
        return binding;
    }

    @Override
    public MessageStream open(String protocol, MessageStream.Priority priority, MessageStream.Receiver receiver) {
        return mux.open(protocol, priority, receiver);
    }

    @Override
    public void violation(String reason) {
        network.discourage(this);
        end(reason, Frame.goodbye(Goodbye.VIOLATION, "this node broke the rules: " + reason));
    }

    @Override
    public void close() {
        end("closed by this side", Frame.goodbye(Goodbye.CLOSED, "it needs the connection no more"));
    }

    @Override
    public boolean isOpen() {
        return state.get() == State.OPEN;
    }

    @Override
    public String toString() {
        return (peer == null ? "somebody" : peer.toShortHex()) + " at " + remote();
    }

    InetSocketAddress address() {
        return address;
    }

    Optional<Dial> dial() {
        return dial;
    }

    SerialExecutor serial() {
        return serial;
    }

    long startedAt() {
        return started;
    }

    long openedAt() {
        return openedAt;
    }

    long heldBytes() {
        return held.get();
    }

    long heardAt() {
        return liveness.heardAt();
    }

    State state() {
        return state.get();
    }

    /** Moves on; false when it has ended meanwhile. Called under the network's lock. */
    boolean advance(State to) {
        openedAt = network.now();
        State from = state.get();
        return from != State.CLOSED && state.compareAndSet(from, to);
    }

    /** Time has passed. */
    void tick(long now, Limits limits) {
        if (state.get() != State.OPEN) {
            if (now - started >= limits.handshake().toNanos()) {
                refuse(new HandshakeException(Goodbye.BUSY,
                        "does not finish the handshake within " + limits.handshake().toSeconds() + " s"));
            }
            return;
        }
        switch (liveness.tick(now, limits)) {
            case END -> end(Goodbye.CLOSED, "nothing was heard for " + limits.dead().toSeconds() + " s");
            case PING -> ping();
            case NOTHING -> { }
        }
    }

    /** The other side proved who it is. */
    void proven(PublicKey identity) {
        peer = identity;
        dial.ifPresent(d -> d.reached(identity));
    }

    /** Ends it before it is open, for a reason that whoever dialled is told. */
    void refuse(HandshakeException reason) {
        if (reason.why() == Goodbye.VIOLATION) {
            network.discourage(this);
        }
        dial.ifPresent(d -> d.fail(reason.getMessage()));
        end(reason.getMessage(), Frame.goodbye(reason.why(), "this node " + reason.getMessage()));
    }

    /** Ends it because the pair keeps another one. */
    void superseded() {
        end(Goodbye.DUPLICATE, "this pair of nodes keeps another connection");
        network.handOver(this);
    }

    /** Ends it because it fills the memory for what receivers have not taken. */
    void tooMuch() {
        end(Goodbye.BUSY, "too much waits to be dealt with");
    }

    private void end(Goodbye why, String line) {
        end(line, Frame.goodbye(why, line));
    }

    /** Ends it for a reason, with or (null) without goodbye; returns how far it was. */
    private State end(String reason, Frame goodbye) {
        State was = state.getAndSet(State.CLOSED);
        if (was == State.CLOSED) {
            return was;
        }
        LOG.debug("connection with {} ends: {}", this, reason);
        if (goodbye != null && binding != null) {
            write(goodbye);
        }
        channel.close();
        mux.shutdown(reason);
        network.gone(this, was);
        return was;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent tls) {
            if (tls.isSuccess()) {
                SSLSession session = context.pipeline().get(SslHandler.class).engine().getSession();
                binding = Tls.export(session, IdentityProof.BINDING_LABEL);
                greeting.begin(Tls.export(session, IdentityProof.LABEL));
            } else {
                exceptionCaught(context, tls.cause());
            }
        }
        super.userEventTriggered(context, event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
        liveness.heard(network.now());
        if (state.get() == State.OPEN) {
            opened(frame);
        } else {
            greeting.frame(frame);
        }
    }

    /** A frame after the handshake. */
    void opened(Frame frame) {
        try {
            switch (frame.kind()) {
                case PING -> {
                    if (!liveness.pinged()) {
                        throw new FrameException("too many pings come");
                    }
                    mux.control(new Frame(Kind.PONG, 0, frame.payload()));
                }
                case PONG -> { }
                case GOODBYE -> parted(frame);
                default -> mux.frame(frame);
            }
        } catch (FrameException e) {
            violation(e.getMessage());
        }
    }

    /** The other side said goodbye. */
    void parted(Frame frame) {
        Frame.Parting parting = frame.parting();
        State was = end("the other side hung up: " + parting.line(), null);
        if (parting.why() == Goodbye.DUPLICATE) {
            network.handOver(this);
        } else {
            failDial(was, "hung up: " + parting.line());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        greeting.finish(this::brokeOff); // what came before may say why
    }

    private void brokeOff() {
        failDial(end("the connection broke off", null), "hung up during the handshake");
    }

    private void failDial(State was, String how) {
        if (was == State.PROVING || was == State.ADMITTED) {
            dial.ifPresent(d -> d.fail(how));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        LOG.debug("the connection with {} failed", this, reason);
        boolean tls = reason instanceof SSLException;
        if (reason instanceof IOException && (!tls || isBreakOff(reason) || state.get() == State.OPEN)) {
            greeting.finish(this::brokeOff); // anybody on the way can break TLS: no fault of the identity
        } else if (tls) {
            refuse(new HandshakeException(Goodbye.VIOLATION,
                    "does not speak TLS 1.3 as a Zennet node does (" + reason.getMessage() + ")"));
        } else if (cause instanceof DecoderException && state.get() == State.OPEN) {
            violation(reason.getMessage());
        } else if (cause instanceof DecoderException) {
            refuse(new HandshakeException(Goodbye.VIOLATION, "is out of order: " + reason.getMessage()));
        } else {
            LOG.warn("the connection with {} failed", this, reason);
            end(Goodbye.CLOSED, "an error inside the node that ends it");
        }
    }

    private static boolean isBreakOff(Throwable reason) {
        return reason.getCause() instanceof IOException || String.valueOf(reason.getMessage()).contains("closed");
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        drain();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        drain();
        context.fireChannelReadComplete();
    }

    private void drain() {
        draining.set(false);
        if (state.get() != State.OPEN) {
            return;
        }
        int written = 0;
        Frame frame;
        while (written < FRAMES_PER_TURN && channel.isWritable() && (frame = mux.next()) != null) {
            channel.write(FrameCodec.encode(channel.alloc(), frame), channel.voidPromise());
            written++;
        }
        if (written > 0) {
            channel.flush();
        }
        if (written == FRAMES_PER_TURN) {
            wake();
        }
    }

    private void ping() {
        try {
            mux.control(new Frame(Kind.PING, 0, new byte[8]));
        } catch (FrameException e) {
            violation(e.getMessage());
        }
    }

    /** Sends a frame at once. */
    void write(Frame frame) {
        channel.writeAndFlush(FrameCodec.encode(channel.alloc(), frame), channel.voidPromise());
    }

    /** Lets frames of streams in. Called on the event loop. */
    void letStreamsIn() {
        channel.pipeline().remove(ByteLimit.class);
        channel.pipeline().get(FrameCodec.class).allowStreams();
    }

    /** Does something on the event loop. */
    void onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("the network has stopped", e);
        }
    }

    @Override
    public void wake() {
        if (draining.compareAndSet(false, true)) {
            onLoop(this::drain);
        }
    }

    @Override
    public void opened(Stream stream) {
        serial.execute(() -> network.accept(this, mux, stream));
    }

    @Override
    public void hold(int bytes) {
        held.addAndGet(bytes);
        network.hold(bytes);
    }

    @Override
    public void release(int bytes) {
        held.addAndGet(-bytes);
        network.hold(-bytes);
    }

    @Override
    public PeerConnection connection() {
        return this;
    }
}
