package org.zennet.network.internal.transport;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.FrameException;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.MessageStream.Priority;
import org.zennet.services.network.PeerConnection;

/**
 * The streams of one connection: frames in, frames out, messages to receivers. It knows no sockets and no time.
 * Thread-safe by its own monitor, under which no foreign code runs; receivers are called on the workers.
 */
final class Mux {
    /** What the connection does for its streams. Called without locks, but for {@link #release}. */
    interface Owner {
        /** There may be something to send. */
        void wake();

        /** The peer opened a stream; the owner finds a receiver on a worker and calls {@link Mux#receive}. */
        void opened(Stream stream);

        /** So many bytes more are held for receivers. */
        void hold(int bytes);

        /** So many are held no longer; only counts, since it may be called under the monitor. */
        void release(int bytes);

        /** The connection that streams name. */
        PeerConnection connection();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Mux.class);

    private static final MessageStream.Receiver NOBODY = new MessageStream.Receiver() {
        @Override
        public void message(byte[] message) {
            // nobody takes it
        }

        @Override
        public void closed(String reason) {
            // nobody minds
        }
    };

    private final Owner owner;
    private final Executor workers;
    private final int parity;
    private final Map<Integer, Stream> streams = new HashMap<>();
    private final Outgoing outgoing;
    private final Incoming incoming;
    private int nextId;
    private long lastPeerId;
    private int ours;
    private String over;

    /** @param dialler which side this is: a dialler's streams have odd ids, a listener's even ones */
    Mux(Owner owner, Executor workers, boolean dialler) {
        this.owner = owner;
        this.workers = workers;
        this.parity = dialler ? 1 : 0;
        this.nextId = dialler ? 1 : 2;
        this.outgoing = new Outgoing(s -> {
            s.closeSent = true;
            forgetIfOver(s);
        });
        this.incoming = new Incoming(outgoing, owner, this::deliverLater);
    }

    PeerConnection connection() {
        return owner.connection();
    }

    /** Opens a stream; where that isn't possible its receiver hears why and it is closed from the start. */
    Stream open(String protocol, Priority priority, MessageStream.Receiver receiver) {
        if (!Frame.isProtocol(protocol)) {
            throw new IllegalArgumentException("'" + protocol + "' is no protocol name");
        }
        Stream stream;
        synchronized (this) {
            stream = new Stream(this, nextId, priority, protocol, true);
            stream.receiver = receiver;
            String refusal = over != null ? over : ours >= Credit.STREAMS ? "too many streams are open" : null;
            if (refusal == null) {
                nextId += 2;
                ours++;
                streams.put(stream.id, stream);
                outgoing.control(Frame.open(stream.id, priority, protocol));
            } else {
                stream.noMoreSends = true;
                stream.closeSent = true;
                stream.ending = refusal;
                deliverLater(stream);
            }
        }
        owner.wake();
        return stream;
    }

    /** Gives a stream that the peer opened its receiver. */
    void receive(Stream stream, MessageStream.Receiver receiver) {
        synchronized (this) {
            stream.receiver = receiver;
            deliverLater(stream);
        }
    }

    /** Does not take a stream that the peer opened. */
    void refuse(Stream stream, String reason) {
        receive(stream, NOBODY);
        abort(stream, reason);
    }

    /** Ends a stream at once with a reason that the peer is told too. */
    void abort(Stream stream, String reason) {
        synchronized (this) {
            outgoing.drop(stream);
            stream.noMoreSends = true;
            sendClose(stream, reason);
            end(stream, reason);
        }
        owner.wake();
    }

    boolean send(Stream stream, byte[] message) {
        boolean overrun = false;
        synchronized (this) {
            if (stream.noMoreSends) {
                return false;
            }
            overrun = !outgoing.add(stream, message);
        }
        if (overrun) {
            abort(stream, "overrun: more is sent than the other side takes");
            return false;
        }
        owner.wake();
        return true;
    }

    void close(Stream stream) {
        synchronized (this) {
            if (!stream.noMoreSends) {
                stream.noMoreSends = true;
                outgoing.closeAfterwards(stream);
            }
            end(stream, "closed by this side");
        }
        owner.wake();
    }

    /** The next frame to send, or null. */
    synchronized Frame next() {
        return outgoing.next();
    }

    /** Sends a frame of the connection itself before all messages. */
    void control(Frame frame) throws FrameException {
        synchronized (this) {
            outgoing.control(frame);
            if (outgoing.clogged()) {
                throw new FrameException("the peer asks without ever reading the answers");
            }
        }
        owner.wake();
    }

    /** The connection is gone: every receiver hears so once, after the whole messages that had arrived. */
    void shutdown(String reason) {
        synchronized (this) {
            if (over != null) {
                return;
            }
            over = reason;
            incoming.stop();
            for (Stream s : List.copyOf(streams.values())) {
                outgoing.drop(s);
                s.noMoreSends = true;
                s.closeSent = true;
                incoming.releasePartial(s);
                s.peerClosed = true;
                if (s.ending == null) {
                    s.ending = reason;
                }
                deliverLater(s);
            }
            streams.clear();
        }
    }

    /** Takes a frame of a stream or of credit; afterwards there may be something to send. */
    void frame(Frame frame) throws FrameException {
        Stream opened = null;
        int held = 0;
        synchronized (this) {
            if (over != null) {
                return;
            }
            switch (frame.kind()) {
                case CLASS_WINDOW -> outgoing.credit(frame.priority(), frame.classCredit());
                case OPEN -> opened = opened(frame);
                case MESSAGE -> held = incoming.begin(known(frame), frame);
                case MORE -> incoming.goOn(known(frame), frame, 0);
                case WINDOW -> outgoing.credit(known(frame), frame.leadingInt());
                case CLOSE -> closed(known(frame), frame.line());
                default -> throw new FrameException("a " + frame.kind() + " frame comes out of turn");
            }
        }
        if (opened != null) {
            owner.opened(opened);
        }
        if (held != 0) {
            owner.hold(held);
        }
    }

    private Stream known(Frame frame) throws FrameException {
        Stream stream = streams.get(frame.stream());
        if (stream == null || stream.peerClosed) {
            throw new FrameException("a " + frame.kind() + " frame names a stream that is not open");
        }
        return stream;
    }

    private Stream opened(Frame frame) throws FrameException {
        Frame.Opening opening = frame.opening();
        long id = Integer.toUnsignedLong(frame.stream());
        if ((id & 1) == parity || id <= lastPeerId) {
            throw new FrameException("a stream is opened under the id " + id + " out of order");
        }
        if (streams.size() - ours >= Credit.STREAMS) {
            throw new FrameException("more than " + Credit.STREAMS + " streams are opened");
        }
        lastPeerId = id;
        Stream stream = new Stream(this, frame.stream(), opening.priority(), opening.protocol(), false);
        streams.put(stream.id, stream);
        return stream;
    }

    private void closed(Stream stream, String line) {
        incoming.releasePartial(stream);
        stream.peerClosed = true;
        outgoing.drop(stream);
        stream.noMoreSends = true;
        if (stream.ending == null) {
            stream.ending = line.isEmpty() ? "closed by the other side" : line;
            deliverLater(stream);
        } else if (stream.ended) {
            sendClose(stream, "");
            forgetIfOver(stream);
        }
    }

    /** This side ends it: what arrived and was not delivered yet is dropped. */
    private void end(Stream stream, String reason) {
        if (stream.ending == null) {
            stream.ending = reason;
            incoming.release(stream);
            deliverLater(stream);
        }
    }

    private void sendClose(Stream stream, String reason) {
        if (!stream.closeSent) {
            stream.closeSent = true;
            outgoing.control(Frame.close(stream.id, reason));
            forgetIfOver(stream);
        }
    }

    private void forgetIfOver(Stream stream) {
        if (stream.closeSent && stream.peerClosed && streams.remove(stream.id, stream) && stream.local) {
            ours--;
        }
    }

    private void deliverLater(Stream stream) {
        boolean something = !stream.in.isEmpty() || stream.ending != null && !stream.ended;
        if (something && !stream.delivering && stream.receiver != null) {
            stream.delivering = true;
            workers.execute(() -> deliver(stream));
        }
    }

    private void deliver(Stream stream) {
        while (true) {
            byte[] message;
            synchronized (this) {
                message = stream.in.poll();
                if (message == null && stream.ending == null) {
                    stream.delivering = false;
                    return;
                }
            }
            if (message == null) {
                break;
            }
            try {
                stream.receiver.message(message);
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("the receiver of {} from {} failed", stream, owner.connection().remote(), e);
                abort(stream, "the receiver failed");
            }
            synchronized (this) {
                incoming.payBack(stream, Credit.cost(message.length));
            }
            owner.release(Credit.cost(message.length));
            owner.wake();
        }
        try {
            stream.receiver.closed(stream.ending);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("the receiver of {} from {} failed at its end", stream, owner.connection().remote(), e);
        }
        synchronized (this) {
            stream.ended = true;
            if (stream.peerClosed) {
                sendClose(stream, "");
                forgetIfOver(stream);
            }
        }
        owner.wake();
    }

    /** How many streams there are. */
    synchronized int size() {
        return streams.size();
    }
}
