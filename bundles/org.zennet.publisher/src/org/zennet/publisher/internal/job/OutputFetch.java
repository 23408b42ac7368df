package org.zennet.publisher.internal.job;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Content;
import org.zennet.market.message.ContentRequest;
import org.zennet.market.message.Protocols;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.services.SerialExecutor;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/**
 * Fetches one content from a peer, over a stream of its own, a few pieces on their way at a time, to the disk; and keeps
 * it when its hash is right. Runs in a mailbox of its own.
 */
final class OutputFetch implements MessageStream.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(OutputFetch.class);
    private static final int WINDOW = 4;
    private final Hash contract;
    private final Hash content;
    private final long size;
    private final Consumer<Optional<String>> done;
    private final SerialExecutor mailbox;
    private final Inbox inbox;
    private MessageStream stream;
    private ContentStore.Incoming arriving;
    private long asked;
    private long got;
    private boolean over;

    private OutputFetch(PeerConnection peer, Wanted wanted, Executor workers, Consumer<Optional<String>> done) {
        this.contract = wanted.contract();
        this.content = wanted.content();
        this.size = wanted.size();
        this.done = done;
        this.mailbox = new SerialExecutor(workers, e -> LOG.error("an output could not be fetched", e));
        this.inbox = new Inbox(mailbox, peer);
    }

    /** A content, its size, and the contract that gives the right to it. */
    record Wanted(Hash contract, Hash content, long size) { }

    /**
     * Begins.
     *
     * @param done is told once, on any thread that may block: empty when the content is in the store, or why not
     */
    static void start(PeerConnection peer, ContentStore store, Wanted wanted, Executor workers, Consumer<Optional<String>> done) {
        OutputFetch fetch = new OutputFetch(peer, wanted, workers, done);
        fetch.mailbox.execute(() -> {
            fetch.stream = peer.open(Protocols.CONTENT, MessageStream.Priority.BULK, fetch);
            try {
                fetch.arriving = store.incoming();
                fetch.ask();
            } catch (IOException e) {
                fetch.end(Optional.of("it can't be stored here: " + e.getMessage()));
            }
        });
    }

    @Override
    public void message(byte[] message) {
        inbox.take(message, this::piece);
    }

    @Override
    public void closed(String reason) {
        mailbox.execute(() -> end(Optional.of("the stream closed: " + reason)));
    }

    private void piece(byte[] message) {
        if (over) {
            return;
        }
        try {
            Content piece = Records.decode(Content.class, message);
            if (!piece.content().equals(content) || piece.offset() != got || piece.total() != size
                    || piece.bytes().length != Math.min(Protocols.PIECE, size - got)) {
                end(Optional.of(piece.total() == 0 ? "the provider does not have it" : "a piece that was not asked for"));
                return;
            }
            arriving.write(piece.bytes());
            got += piece.bytes().length;
            if (got < size) {
                ask();
            } else {
                end(arriving.keep(content) ? Optional.empty() : Optional.of("it has another hash than was signed"));
            }
        } catch (EncodingException e) {
            end(Optional.of("a malformed piece: " + e.getMessage()));
        } catch (IOException e) {
            end(Optional.of("it can't be stored here: " + e.getMessage()));
        }
    }

    private void ask() {
        while (!over && asked < size && asked - got < (long) WINDOW * Protocols.PIECE) {
            if (stream.send(Records.encode(new ContentRequest(contract, content, asked)))) {
                asked += Math.min(Protocols.PIECE, size - asked);
            } else {
                end(Optional.of("the connection is gone"));
            }
        }
    }

    private void end(Optional<String> problem) {
        if (over) {
            return;
        }
        over = true;
        if (arriving != null) {
            try {
                arriving.close();
            } catch (IOException e) {
                LOG.debug("a part of an output stays until the next start: {}", e.getMessage());
            }
        }
        done.accept(problem);
        stream.close();
    }
}
