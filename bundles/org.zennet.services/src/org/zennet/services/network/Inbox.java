package org.zennet.services.network;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Leads the messages of one stream into a mailbox and bounds what waits there: the network gives credit back as soon as a
 * message is taken. Who sends faster than it can be heard is cut off. Thread-safe.
 */
public final class Inbox {
    private static final int MAX_BYTES = 32 << 20;
    private static final int MAX_MESSAGES = 4_096;
    private final Executor mailbox;
    private final PeerConnection connection;
    private final int mostBytes;
    private final int mostMessages;
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicInteger messages = new AtomicInteger();
    private volatile boolean overrun;

    /** For a stream of a connection: 32 MiB and 4,096 messages may wait. */
    public Inbox(Executor mailbox, PeerConnection connection) {
        this(mailbox, connection, MAX_BYTES, MAX_MESSAGES);
    }

    /** With other bounds of what may wait. */
    public Inbox(Executor mailbox, PeerConnection connection, int mostBytes, int mostMessages) {
        this.mailbox = mailbox;
        this.connection = connection;
        this.mostBytes = mostBytes;
        this.mostMessages = mostMessages;
    }

    /** Has a message handled in the mailbox. */
    public void take(byte[] message, Consumer<byte[]> handler) {
        if (overrun) {
            return;
        }
        if (bytes.addAndGet(message.length) > mostBytes || messages.incrementAndGet() > mostMessages) {
            overrun = true;
            connection.violation("it sends faster than it can be heard");
            return;
        }
        mailbox.execute(() -> {
            bytes.addAndGet(-message.length);
            messages.decrementAndGet();
            handler.accept(message);
        });
    }
}
