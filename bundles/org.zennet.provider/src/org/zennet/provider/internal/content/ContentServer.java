package org.zennet.provider.internal.content;

import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Content;
import org.zennet.market.message.ContentRequest;
import org.zennet.market.message.Protocols;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.services.Registration;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** Hands outputs to the publishers whose leases they are of, and to nobody else. */
public final class ContentServer implements AutoCloseable {
    private final Kit kit;
    private final Outputs outputs;
    private final Owners owners;
    private final Registration registration;

    /** Whose a contract is. */
    public interface Owners {
        /** The id of the lease of a contract with this publisher, if there is one. */
        Optional<String> lease(Hash contract, PublicKey publisher);
    }

    /** Serves from now on. */
    public ContentServer(Kit kit, Outputs outputs, Owners owners) {
        this.kit = kit;
        this.outputs = outputs;
        this.owners = owners;
        this.registration = kit.network().accept(Protocols.CONTENT, this::opened);
    }

    private MessageStream.Receiver opened(PeerConnection from, MessageStream stream) {
        Inbox inbox = new Inbox(new Mailbox(kit.workers()), from);
        return new MessageStream.Receiver() {
            @Override
            public void message(byte[] message) {
                inbox.take(message, m -> answer(from, stream, m));
            }

            @Override
            public void closed(String reason) {
                // nothing is kept per stream
            }
        };
    }

    private void answer(PeerConnection from, MessageStream stream, byte[] message) {
        try {
            ContentRequest r = Records.decode(ContentRequest.class, message);
            Optional<Outputs.Piece> piece = owners.lease(r.contract(), from.identity())
                    .flatMap(lease -> outputs.read(lease, r.content(), r.offset(), Protocols.PIECE));
            stream.send(Records.encode(new Content(r.content(), r.offset(), piece.map(Outputs.Piece::total).orElse(0L),
                    piece.map(Outputs.Piece::bytes).orElse(new byte[0]))));
        } catch (EncodingException e) {
            from.violation("a malformed request for content: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        registration.close();
    }
}
