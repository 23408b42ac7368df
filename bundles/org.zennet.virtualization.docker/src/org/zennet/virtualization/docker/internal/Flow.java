package org.zennet.virtualization.docker.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Carries bytes from one thread to another, a bounded number at a time: a slow reader makes the writer wait. */
final class Flow extends InputStream {
    private static final int MOST = 1 << 20;

    private final Deque<byte[]> pieces = new ArrayDeque<>();
    private int waiting;
    private int at;
    private boolean ended;
    private boolean closed;

    /** Adds bytes; waits for the reader where much waits already; drops them when nobody reads any more. */
    synchronized void put(byte[] from, int length) throws InterruptedIOException {
        try {
            while (waiting > MOST && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        if (!closed && length > 0) {
            pieces.add(java.util.Arrays.copyOf(from, length));
            waiting += length;
            notifyAll();
        }
    }

    /** Nothing more comes. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (pieces.isEmpty() && !ended && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        if (closed || pieces.isEmpty()) {
            return -1;
        }
        byte[] first = pieces.getFirst();
        int n = Math.min(length, first.length - at);
        System.arraycopy(first, at, to, offset, n);
        at += n;
        waiting -= n;
        if (at == first.length) {
            pieces.removeFirst();
            at = 0;
        }
        notifyAll();
        return n;
    }

    @Override
    public synchronized int available() {
        return waiting;
    }

    @Override
    public synchronized void close() {
        closed = true;
        pieces.clear();
        notifyAll();
    }
}
