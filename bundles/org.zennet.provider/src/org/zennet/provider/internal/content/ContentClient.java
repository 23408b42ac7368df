package org.zennet.provider.internal.content;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Content;
import org.zennet.market.message.ContentRequest;
import org.zennet.market.message.Protocols;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.services.Registration;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** Fetches content by its hash from the publisher of one lease, one content at a time, several pieces on their way. */
public final class ContentClient implements AutoCloseable {
    private static final int WINDOW = 6;
    private static final long STALL_MILLIS = 20_000;

    private final Kit kit;
    private final PeerConnection connection;
    private final Hash contract;
    private final Mailbox mailbox;
    private final Deque<Transfer> waiting = new ArrayDeque<>();
    private MessageStream stream;
    private Transfer current;
    private boolean closed;

    private static final class Transfer {
        final Hash content;
        final long size;
        final Path file;
        final CompletableFuture<Path> done = new CompletableFuture<>();
        final MessageDigest digest = Digests.sha256();
        OutputStream out;
        long asked;
        long got;
        Registration stall = () -> { };

        Transfer(Hash content, long size, Path file) {
            this.content = content;
            this.size = size;
            this.file = file;
        }
    }

    /** Over a connection; the stream is opened with the first request. */
    public ContentClient(Kit kit, PeerConnection connection, Hash contract) {
        this.kit = kit;
        this.connection = connection;
        this.contract = contract;
        this.mailbox = new Mailbox(kit.workers());
    }

    /**
     * Fetches content into a file. Fails with {@link IOException} when it is not there, does not have this hash and
     * size, or stalls for 20 s; nothing is left behind then.
     */
    public CompletableFuture<Path> fetch(Hash content, long size, Path file) {
        Transfer t = new Transfer(content, size, file);
        mailbox.execute(() -> {
            if (closed) {
                t.done.completeExceptionally(new IOException("the lease has ended"));
                return;
            }
            waiting.add(t);
            next();
        });
        return t.done;
    }

    private void next() {
        if (current != null || waiting.isEmpty()) {
            return;
        }
        current = waiting.poll();
        try {
            current.out = Files.newOutputStream(current.file);
        } catch (IOException e) {
            fail("the file " + current.file + " can't be written: " + e.getMessage());
            return;
        }
        if (current.size == 0) {
            finish();
            return;
        }
        if (stream == null) {
            stream = connection.open(Protocols.CONTENT, MessageStream.Priority.BULK, new Pieces());
        }
        while (current != null && current.asked < current.size && current.asked < (long) WINDOW * Protocols.PIECE) {
            ask();
        }
        if (current != null) {
            watch(current);
        }
    }

    private void ask() {
        if (!stream.send(Records.encode(new ContentRequest(contract, current.content, current.asked)))) {
            fail("the stream is closed");
            return;
        }
        current.asked += Math.min(Protocols.PIECE, current.size - current.asked);
    }

    private void watch(Transfer t) {
        t.stall.close();
        t.stall = kit.timers().after(STALL_MILLIS, () -> mailbox.execute(() -> {
            if (current == t) {
                fail("nothing came for " + STALL_MILLIS / 1000 + " s");
            }
        }));
    }

    private void piece(byte[] message) {
        Content c;
        try {
            c = Records.decode(Content.class, message);
        } catch (EncodingException e) {
            connection.violation("a malformed piece of content: " + e.getMessage());
            return;
        }
        Transfer t = current;
        if (t == null || !c.content().equals(t.content)) {
            return;
        }
        long expected = Math.min(Protocols.PIECE, t.size - t.got);
        if (c.total() != t.size || c.offset() != t.got || c.bytes().length != expected) {
            fail(c.total() == 0 ? "the publisher does not have it" : "a piece of " + c.bytes().length + " bytes at " + c.offset()
                    + " of " + c.total() + " where " + expected + " at " + t.got + " of " + t.size + " were due");
            return;
        }
        try {
            t.out.write(c.bytes());
        } catch (IOException e) {
            fail("it can't be written: " + e.getMessage());
            return;
        }
        t.digest.update(c.bytes());
        t.got += c.bytes().length;
        if (t.got == t.size) {
            finish();
        } else {
            watch(t);
            if (t.asked < t.size) {
                ask();
            }
        }
    }

    private void finish() {
        Transfer t = current;
        try {
            t.out.close();
        } catch (IOException e) {
            fail("it can't be written: " + e.getMessage());
            return;
        }
        if (!Hash.of(t.digest.digest()).equals(t.content)) {
            fail("it does not have the hash that was named");
            return;
        }
        current = null;
        t.stall.close();
        t.done.complete(t.file);
        next();
    }

    private void fail(String why) {
        Transfer t = current;
        current = null;
        t.stall.close();
        try {
            if (t.out != null) {
                t.out.close();
            }
            Files.deleteIfExists(t.file);
        } catch (IOException e) {
            // it goes with the lease's directory
        }
        t.done.completeExceptionally(new IOException("content " + t.content.toShortHex() + " can't be fetched: " + why));
        next();
    }

    @Override
    public void close() {
        mailbox.execute(() -> {
            closed = true;
            while (current != null || !waiting.isEmpty()) {
                if (current == null) {
                    current = waiting.poll();
                }
                Transfer t = current;
                waiting.remove(t);
                current = null;
                t.stall.close();
                t.done.completeExceptionally(new IOException("the lease has ended"));
            }
            if (stream != null) {
                stream.close();
            }
        });
    }

    private final class Pieces implements MessageStream.Receiver {
        private final Inbox inbox = new Inbox(mailbox, connection);

        @Override
        public void message(byte[] message) {
            inbox.take(message, ContentClient.this::piece);
        }

        @Override
        public void closed(String reason) {
            mailbox.execute(() -> {
                stream = null;
                if (current != null) {
                    fail("the stream closed: " + reason);
                }
            });
        }
    }
}
