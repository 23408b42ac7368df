package org.zennet.network.internal.transport;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.FrameException;
import org.zennet.services.network.MessageStream.Priority;

/**
 * Decides what is sent next. First what runs the connection itself, then the highest priority that has something to
 * send and credit to send it; within a priority streams take turns by whole messages. Who is passed over long enough
 * gets one frame in between, so that bulk never starves. Guarded by its {@link Mux}.
 */
final class Outgoing {
    /** The most that may wait on one stream, and on all of a connection. */
    static final long MAX_STREAM_QUEUE = 16L << 20;
    static final long MAX_QUEUE = 64L << 20;

    /** Room for what messages cost beside their bytes. */
    private static final long SLACK = 1 << 20;

    /** A priority that had to wait while this many bytes of higher ones went gets its turn. */
    static final int PATIENCE = 256 << 10;

    private static final int MAX_CONTROL = 4096;

    private static final class Lane {
        final Priority priority;
        final Deque<Stream> ring = new ArrayDeque<>();
        Stream current;
        long credit;
        int passedOver;

        Lane(Priority priority) {
            this.priority = priority;
            this.credit = Credit.of(priority);
        }
    }

    private final Deque<Frame> control = new ArrayDeque<>();
    private final Lane[] lanes = new Lane[Priority.values().length];
    private final Consumer<Stream> finished;
    private long queued;

    /** @param finished hears of a stream whose CLOSE went out after what it had to send */
    Outgoing(Consumer<Stream> finished) {
        this.finished = finished;
        for (Priority p : Priority.values()) {
            lanes[p.ordinal()] = new Lane(p);
        }
    }

    /** Sends a frame before all messages, in order with others of its kind. */
    void control(Frame frame) {
        control.add(frame);
    }

    /** Whether the peer makes us answer without ever reading the answers. */
    boolean clogged() {
        return control.size() > MAX_CONTROL;
    }

    /** Adds a message; false when too much waits already. */
    boolean add(Stream stream, byte[] message) {
        int cost = Credit.cost(message.length);
        if (stream.queued + cost > MAX_STREAM_QUEUE + SLACK || queued + cost > MAX_QUEUE + SLACK) {
            return false;
        }
        stream.queued += cost;
        queued += cost;
        stream.out.add(message);
        enter(stream);
        return true;
    }

    /** Sends CLOSE after what waits. */
    void closeAfterwards(Stream stream) {
        enter(stream);
    }

    /** Forgets what waits on a stream, the rest of a message that began included. */
    void drop(Stream stream) {
        Lane lane = lane(stream);
        queued -= stream.queued;
        stream.queued = 0;
        stream.out.clear();
        stream.current = null;
        if (lane.current == stream) {
            lane.current = null;
        }
        if (stream.inRing) {
            lane.ring.remove(stream);
            stream.inRing = false;
        }
    }

    /** More credit for a stream. */
    void credit(Stream stream, int more) throws FrameException {
        if (more <= 0 || stream.credit + more > Credit.STREAM) {
            throw new FrameException("a stream is given credit that it did not use");
        }
        stream.credit += more;
        enter(stream);
    }

    /** More credit for a priority. */
    void credit(Priority priority, int more) throws FrameException {
        Lane lane = lanes[priority.ordinal()];
        if (more <= 0 || lane.credit + more > Credit.of(priority)) {
            throw new FrameException("a priority is given credit that it did not use");
        }
        lane.credit += more;
    }

    /** The next frame, or null when nothing can be sent now. */
    Frame next() {
        Frame first = control.poll();
        if (first != null) {
            return first;
        }
        Lane chosen = null;
        for (Lane lane : lanes) {
            if (ready(lane) && (chosen == null || lane.passedOver >= PATIENCE)) {
                chosen = lane;
            }
        }
        if (chosen == null) {
            return null;
        }
        Frame frame = take(chosen);
        chosen.passedOver = 0;
        for (int lower = chosen.priority.ordinal() + 1; lower < lanes.length; lower++) {
            if (ready(lanes[lower])) {
                lanes[lower].passedOver += Frame.HEADER + frame.payload().length;
            }
        }
        return frame;
    }

    private Lane lane(Stream stream) {
        return lanes[stream.priority.ordinal()];
    }

    private void enter(Stream stream) {
        boolean somethingToDo = !stream.out.isEmpty() || stream.noMoreSends && !stream.closeSent;
        if (somethingToDo && !stream.inRing && stream.current == null) {
            stream.inRing = true;
            lane(stream).ring.add(stream);
        }
    }

    private static boolean ready(Lane lane) {
        if (lane.current != null) {
            return true;
        }
        while (!lane.ring.isEmpty()) {
            Stream head = lane.ring.peek();
            if (head.out.isEmpty()) {
                return true; // only its CLOSE is left
            }
            int cost = Credit.cost(head.out.peek().length);
            if (cost <= head.credit) {
                return cost <= lane.credit;
            }
            lane.ring.poll(); // a WINDOW brings it back
            head.inRing = false;
        }
        return false;
    }

    private Frame take(Lane lane) {
        Stream stream = lane.current;
        Frame frame;
        if (stream == null) {
            stream = lane.ring.poll();
            stream.inRing = false;
            if (stream.out.isEmpty()) {
                finished.accept(stream);
                return Frame.close(stream.id, "");
            }
            stream.current = stream.out.poll();
            int cost = Credit.cost(stream.current.length);
            stream.credit -= cost;
            lane.credit -= cost;
            lane.current = stream;
            frame = Frame.message(stream.id, stream.current);
            stream.offset = Math.min(stream.current.length, Frame.FIRST_PART);
        } else {
            frame = Frame.more(stream.id, stream.current, stream.offset);
            stream.offset += frame.payload().length;
        }
        if (stream.offset == stream.current.length) {
            int cost = Credit.cost(stream.current.length);
            stream.queued -= cost;
            queued -= cost;
            stream.current = null;
            lane.current = null;
            enter(stream);
        }
        return frame;
    }
}
