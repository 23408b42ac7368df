package org.zennet.publisher.internal.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Content;
import org.zennet.market.message.ContentRequest;
import org.zennet.market.message.Protocols;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** Fetches one content from a peer, piece by piece, over a stream of its own, and keeps it when its hash is right. */
final class OutputFetch implements MessageStream.Receiver {
    private final ContentStore store;
    private final Hash contract;
    private final Hash content;
    private final long size;
    private final Consumer<Optional<String>> done;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private MessageStream stream;
    private boolean over;

    private OutputFetch(ContentStore store, Hash contract, Hash content, long size, Consumer<Optional<String>> done) {
        this.store = store;
        this.contract = contract;
        this.content = content;
        this.size = size;
        this.done = done;
    }

    /**
     * Begins.
     *
     * @param done is told once, on any thread: empty when the content is in the store, or why not
     */
    static void start(PeerConnection peer, ContentStore store, Hash contract, Hash content, long size,
            Consumer<Optional<String>> done) {
        OutputFetch fetch = new OutputFetch(store, contract, content, size, done);
        synchronized (fetch) {
            fetch.stream = peer.open(Protocols.CONTENT, MessageStream.Priority.BULK, fetch);
            fetch.ask();
        }
    }

    @Override
    public synchronized void message(byte[] message) {
        if (over) {
            return;
        }
        try {
            Content piece = Records.decode(Content.class, message);
            if (!piece.content().equals(content) || piece.offset() != bytes.size() || piece.total() != size
                    || piece.bytes().length == 0 || bytes.size() + (long) piece.bytes().length > size) {
                end(Optional.of(piece.total() == 0 ? "the provider does not have it" : "a piece that was not asked for"));
                return;
            }
            bytes.writeBytes(piece.bytes());
            if (bytes.size() < size) {
                ask();
                return;
            }
            byte[] all = bytes.toByteArray();
            if (!ContentStore.sha256(all).equals(content)) {
                end(Optional.of("it has another hash than was signed"));
                return;
            }
            store.put(all);
            end(Optional.empty());
        } catch (EncodingException e) {
            end(Optional.of("a malformed piece: " + e.getMessage()));
        } catch (IOException e) {
            end(Optional.of("it can't be stored here: " + e.getMessage()));
        }
    }

    @Override
    public synchronized void closed(String reason) {
        end(Optional.of("the stream closed: " + reason));
    }

    private void ask() {
        if (!stream.send(Records.encode(new ContentRequest(contract, content, bytes.size())))) {
            end(Optional.of("the connection is gone"));
        }
    }

    private void end(Optional<String> problem) {
        if (!over) {
            over = true;
            done.accept(problem);
            stream.close();
        }
    }
}
