package org.zennet.provider.internal.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.DefaultCloseFuture;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.market.machine.LoginEnd;

/** What the SSH server takes for a socket: the bytes of one login. Thread-safe. */
final class LoginIo extends AbstractCloseable implements IoSession {
    private static final Logger LOG = LoggerFactory.getLogger(LoginIo.class);
    private static final AtomicLong IDS = new AtomicLong();
    /** SSH's own windows bound what waits here far below; who gets around them is cut off. */
    private static final long MAX_WAITING = 64L << 20;
    private static final SocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final long id = IDS.incrementAndGet();
    private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
    private final LoginEnd bytes;
    private final IoHandler handler;
    private final Deque<Write> writes = new ArrayDeque<>();
    private final DefaultCloseFuture flushed = new DefaultCloseFuture("login", null);
    private final List<Runnable> afterwards = new ArrayList<>();
    private long waiting;
    private boolean suspended;
    private boolean finishing;

    private static final class Write extends AbstractIoWriteFuture {
        private final byte[] bytes;

        Write(byte[] bytes) {
            super("login", null);
            this.bytes = bytes;
        }

        void done() {
            setValue(Boolean.TRUE);
        }

        void failed(Throwable why) {
            setValue(why);
        }
    }

    LoginIo(LoginEnd bytes, IoHandler handler) {
        this.bytes = bytes;
        this.handler = handler;
    }

    /** Begins: the server hears of the session, then of what arrives. */
    void start(Executor workers) throws IOException {
        try {
            handler.sessionCreated(this);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
        workers.execute(this::readAll);
        workers.execute(this::writeAll);
    }

    private void readAll() {
        try {
            for (Optional<byte[]> next = bytes.read(); next.isPresent(); next = bytes.read()) {
                awaitResumed();
                handler.messageReceived(this, new ByteArrayBuffer(next.get()));
                afterwards.forEach(Runnable::run);
                afterwards.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("a login ends", e);
            try {
                handler.exceptionCaught(this, e);
            } catch (Exception x) {
                LOG.debug("while it ended", x);
            }
        }
        close(true);
    }

    /** Runs something when what just arrived is worked in and answered; only called while it is. */
    void afterwards(Runnable task) {
        afterwards.add(task);
    }

    private void writeAll() {
        try {
            while (true) {
                Write next;
                synchronized (writes) {
                    while (writes.isEmpty() && !finishing) {
                        writes.wait();
                    }
                    next = writes.poll();
                    if (next == null) {
                        break;
                    }
                }
                boolean sent = bytes.write(next.bytes, 0, next.bytes.length);
                synchronized (writes) {
                    waiting -= next.bytes.length;
                }
                if (sent) {
                    next.done();
                } else {
                    next.failed(new IOException("the login is over"));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        flushed.setClosed();
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) throws IOException {
        Write w = new Write(buffer.getCompactData());
        synchronized (writes) {
            if (finishing || waiting > MAX_WAITING) {
                w.failed(new IOException(finishing ? "the login is over" : "more waits than is ever read"));
            } else {
                waiting += w.bytes.length;
                writes.add(w);
                writes.notifyAll();
            }
        }
        return w;
    }

    private void awaitResumed() throws InterruptedException {
        synchronized (attributes) {
            while (suspended && isOpen()) {
                attributes.wait();
            }
        }
    }

    @Override
    public void suspendRead() {
        synchronized (attributes) {
            suspended = true;
        }
    }

    @Override
    public void resumeRead() {
        synchronized (attributes) {
            suspended = false;
            attributes.notifyAll();
        }
    }

    @Override
    protected CloseFuture doCloseGracefully() {
        finish();
        return flushed;
    }

    @Override
    protected void doCloseImmediately() {
        finish();
        bytes.end("");
        resumeRead();
        super.doCloseImmediately();
        try {
            handler.sessionClosed(this);
        } catch (Exception e) {
            LOG.debug("while a login ended", e);
        }
    }

    private void finish() {
        synchronized (writes) {
            finishing = true;
            writes.notifyAll();
        }
    }

    @Override
    public void shutdownOutputStream() {
        finish();
    }

    @Override
    public long getId() {
        return id;
    }

    @Override
    public SocketAddress getAcceptanceAddress() {
        return NOWHERE;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return NOWHERE;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return NOWHERE;
    }

    @Override
    public Object getAttribute(Object key) {
        return attributes.get(key);
    }

    @Override
    public Object setAttribute(Object key, Object value) {
        return attributes.put(key, value);
    }

    @Override
    public Object setAttributeIfAbsent(Object key, Object value) {
        return attributes.putIfAbsent(key, value);
    }

    @Override
    public Object removeAttribute(Object key) {
        return attributes.remove(key);
    }

    @Override
    public IoService getService() {
        return null;
    }

    @Override
    public String toString() {
        return "login " + id;
    }
}
