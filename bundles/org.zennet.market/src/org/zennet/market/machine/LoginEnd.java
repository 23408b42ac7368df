package org.zennet.market.machine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.zennet.market.message.ShellAck;
import org.zennet.market.message.ShellData;
import org.zennet.market.message.ShellEnd;

/**
 * One end of a login's bytes. They travel over one stream after the other: what the other end has not acknowledged is
 * kept, at most {@value #WINDOW} bytes, and sent again from the offset that it tells when a new stream comes. Nothing
 * is lost, doubled or reordered, and neither end holds more than a window of each direction. No I/O and no clock;
 * thread-safe. {@link #write} and {@link #read} wait for the other end, all else returns at once.
 */
public final class LoginEnd {
    /** The most bytes that are sent and not acknowledged. */
    public static final int WINDOW = 1 << 20;
    private static final int ACK_BYTES = 1 << 16;

    private final Deque<ShellData> kept = new ArrayDeque<>();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private Wire wire;
    private long sent;
    private long acknowledged;
    private long received;
    private long taken;
    private long told;
    private Optional<String> ending = Optional.empty();
    private Optional<ShellEnd> peerEnding = Optional.empty();
    private boolean aborted;

    /** Where messages go; never blocks. */
    public interface Wire {
        /** Sends a message; what is sent into a stream that broke is lost, and sent again over the next. */
        void send(Record message);
    }

    /** The peer said what can't be; the login and its connection are not worth going on. */
    public static final class Breach extends Exception {
        private static final long serialVersionUID = 1L;

        Breach(String message) {
            super(message);
        }
    }

    /** How many bytes have arrived: what the opening of the next stream tells the other end. */
    public synchronized long received() {
        return received;
    }

    /** How many bytes were sent, those on their way too. The other end has taken at most so many. */
    public synchronized long sent() {
        return sent;
    }

    /** How many bytes the user of this end took. The other end has sent at least so many. */
    public synchronized long taken() {
        return taken;
    }

    /** How many bytes the other end took of what was sent. */
    public synchronized long acknowledged() {
        return acknowledged;
    }

    /** A stream is there: what the other end lacks is sent over it. */
    public synchronized void attach(Wire to, long peerReceived) throws Breach {
        acknowledge(peerReceived);
        wire = to;
        told = received;
        kept.forEach(d -> {
            long missing = d.offset() + d.bytes().length - peerReceived;
            wire.send(missing >= d.bytes().length ? d : new ShellData(peerReceived, tail(d.bytes(), (int) missing)));
        });
        tellEnding();
        notifyAll();
    }

    /** The stream broke. Bytes wait for the next one. */
    public synchronized void detach(Wire from) {
        if (wire == from) {
            wire = null;
        }
    }

    /** Whether it has a stream now. */
    public synchronized boolean attached() {
        return wire != null;
    }

    /**
     * Sends bytes; waits while a whole window is on its way.
     *
     * @return false when the login is over
     */
    public synchronized boolean write(byte[] bytes, int from, int length) throws InterruptedException {
        int at = from;
        int end = from + length;
        while (at < end) {
            while (!over() && sent - acknowledged >= WINDOW) {
                wait();
            }
            if (over()) {
                return false;
            }
            int n = (int) Math.min(Math.min(end - at, ShellData.MAX_BYTES), WINDOW - (sent - acknowledged));
            byte[] part = new byte[n];
            System.arraycopy(bytes, at, part, 0, n);
            ShellData d = new ShellData(sent, part);
            kept.add(d);
            sent += n;
            at += n;
            if (wire != null) {
                wire.send(d);
            }
        }
        return true;
    }

    /** The next bytes that arrived; waits for them. Empty at the end of the login. */
    public synchronized Optional<byte[]> read() throws InterruptedException {
        while (true) {
            byte[] next = aborted ? null : waiting.poll();
            if (next != null) {
                taken += next.length;
                if (wire != null && (waiting.isEmpty() || taken - told >= ACK_BYTES)) {
                    told = taken;
                    wire.send(new ShellAck(taken));
                }
                notifyAll();
                return Optional.of(next);
            }
            if (aborted || ending.isPresent() || peerEnding.map(e -> received >= e.total()).orElse(false)) {
                return Optional.empty();
            }
            wait();
        }
    }

    /** Bytes arrived. */
    public synchronized void arrived(ShellData data) throws Breach {
        byte[] bytes = data.bytes();
        if (bytes.length == 0 || data.offset() > received) {
            throw new Breach("bytes of a login are missing: " + received + " came, the next are at " + data.offset());
        }
        long fresh = data.offset() + bytes.length - received;
        if (fresh <= 0) {
            return;
        }
        if (received + fresh - taken > 2L * WINDOW) {
            throw new Breach("more bytes of a login than its window allows");
        }
        received += fresh;
        waiting.add(fresh == bytes.length ? bytes : tail(bytes, (int) fresh));
        notifyAll();
    }

    /** The other end took bytes. */
    public synchronized void arrived(ShellAck ack) throws Breach {
        acknowledge(ack.received());
        notifyAll();
    }

    /** The other end sends no more, and takes no more. */
    public synchronized void arrived(ShellEnd end) {
        peerEnding = Optional.of(end);
        notifyAll();
    }

    /** Sends no more, and takes no more; what was written still goes out. */
    public synchronized void end(String reason) {
        if (ending.isEmpty()) {
            ending = Optional.of(reason);
            tellEnding();
            notifyAll();
        }
    }

    /** It is over at once, whatever is on its way. */
    public synchronized void abort(String reason) {
        aborted = true;
        end(reason);
        kept.clear();
        waiting.clear();
    }

    /** Whether either end wants no more. */
    public synchronized boolean over() {
        return aborted || ending.isPresent() || peerEnding.isPresent();
    }

    /** Whether the other end took all that was sent. */
    public synchronized boolean drained() {
        return kept.isEmpty();
    }

    /** Why the other end ended it, if it did. */
    public synchronized Optional<String> peerReason() {
        return peerEnding.map(ShellEnd::reason);
    }

    private void tellEnding() {
        if (wire != null && ending.isPresent()) {
            String line = ending.get();
            wire.send(new ShellEnd(false, sent, line.substring(0, Math.min(line.length(), 60))));
        }
    }

    private void acknowledge(long count) throws Breach {
        if (count > sent) {
            throw new Breach("more bytes of a login are acknowledged than were sent: " + count + " of " + sent);
        }
        acknowledged = Math.max(acknowledged, count);
        while (!kept.isEmpty() && kept.peek().offset() + kept.peek().bytes().length <= acknowledged) {
            kept.poll();
        }
    }

    private static byte[] tail(byte[] bytes, int length) {
        byte[] tail = new byte[length];
        System.arraycopy(bytes, bytes.length - length, tail, 0, length);
        return tail;
    }
}
