package org.zennet.virtualization.wasm.internal.child;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What one run reads from its stdin. It comes in pieces that are asked for: the next one when the program begins with one,
 * so that at most two are held, and none that it does not read. Reading waits; how much there is in all is known from the
 * start, so that nothing a program sees depends on how fast pieces come. Reads are of the program's thread, {@link #give}
 * of any other.
 */
final class Input {
    /** Where pieces come from. */
    @FunctionalInterface
    interface Source {
        /** Asks for the piece from a place on, which is to be {@link Input#give given}; must not wait for it. */
        void ask(Input input, long from);
    }

    private final long length;
    private final Source source;
    private final BlockingQueue<byte[]> came = new ArrayBlockingQueue<>(2);
    private byte[] piece;
    private int at;
    private long read;
    private long asked;
    private boolean waits;
    /** The place from which on the next piece is to come; guarded by this object's lock. */
    private long due = -1;

    /** That is {@code length} bytes long and begins with {@code first}. */
    Input(byte[] first, long length, Source source) {
        this.piece = first;
        this.length = length;
        this.asked = first.length;
        this.source = source;
    }

    /** Of a few bytes, all there. */
    static Input of(byte[] all) {
        return new Input(all, all.length, (input, from) -> {
            throw new IllegalStateException("all of it is there");
        });
    }

    /** How many bytes are still to be read. */
    long left() {
        return length - read;
    }

    /**
     * Reads what is there of the piece at hand, or waits for the next one.
     *
     * @return how many bytes; 0 at the end, or where none were wanted
     * @throws ChicoryInterruptedException when the run is to end
     */
    int read(byte[] to, int most) {
        if (most == 0 || left() == 0) {
            return 0;
        }
        if (at == piece.length) {
            piece = next();
            at = 0;
        }
        // the next one comes while this one is read
        if (!waits && asked < length) {
            ask();
        }
        int n = Math.min(most, piece.length - at);
        System.arraycopy(piece, at, to, 0, n);
        at += n;
        read += n;
        return n;
    }

    private void ask() {
        synchronized (this) {
            due = asked;
        }
        waits = true;
        source.ask(this, asked);
    }

    private byte[] next() {
        if (!waits) {
            ask();
        }
        try {
            byte[] got = came.take();
            waits = false;
            asked += got.length;
            return got;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChicoryInterruptedException("interrupted");
        }
    }

    /** The piece from a place on came. One that was not asked for is dropped: it was for a run that ended. */
    synchronized void give(long from, byte[] bytes) {
        if (from == due && bytes.length > 0 && bytes.length <= length - from) {
            due = -1;
            came.add(bytes);
        }
    }
}
