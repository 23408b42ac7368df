package org.zennet.publisher.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.market.message.Content;
import org.zennet.market.message.ContentRequest;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.Resume;
import org.zennet.market.message.SignedStatement;
import org.zennet.publisher.internal.buyer.Buyer;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.services.Registration;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/** Accepts the streams that providers open, and leads them to their job or rent. */
final class PeerStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerStreams.class);
    private final Supplier<List<? extends Buyer>> jobs;
    private final List<Registration> registrations;

    /** @param jobs and rents at work, newest first */
    PeerStreams(NetworkService network, Supplier<List<? extends Buyer>> jobs) {
        this.jobs = jobs;
        this.registrations = List.of(network.accept(Protocols.MARKET, this::market),
                network.accept(Protocols.PAYMENT, this::payment), network.accept(Protocols.CONTENT, this::content),
                network.accept(Protocols.RESUME, Returning::new));
    }

    /** The newest job that wants this provider; without one the provider is told so. */
    private MessageStream.Receiver market(PeerConnection from, MessageStream stream) {
        Optional<? extends Buyer> job = jobs.get().stream().filter(j -> j.wants(from.identity())).findFirst();
        if (job.isPresent()) {
            return job.get().market(from, stream);
        }
        stream.send(Records.encode(new Refusal("no machine is needed now")));
        stream.close();
        return new Deaf();
    }

    private MessageStream.Receiver payment(PeerConnection from, MessageStream stream) {
        jobs.get().forEach(j -> j.payments(from.identity(), stream));
        Map<String, Inbox> inboxes = new ConcurrentHashMap<>();
        return new MessageStream.Receiver() {
            @Override
            public void message(byte[] message) {
                try {
                    SignedStatement s = Records.decode(SignedStatement.class, message);
                    jobs.get().stream().filter(j -> j.knows(s.statement().contract(), from.identity())).findFirst()
                            .ifPresentOrElse(j -> j.statement(inboxes.computeIfAbsent(j.id(), _ -> j.inbox(from)), message, stream, s),
                                    () -> LOG.debug("a statement about an unknown contract from {}", from.identity().toShortHex()));
                } catch (EncodingException e) {
                    from.violation("a malformed usage statement: " + e.getMessage());
                }
            }

            @Override
            public void closed(String reason) {
                // the market stream tells of the connection's end
            }
        };
    }

    private MessageStream.Receiver content(PeerConnection from, MessageStream stream) {
        return new MessageStream.Receiver() {
            @Override
            public void message(byte[] message) {
                try {
                    ContentRequest r = Records.decode(ContentRequest.class, message);
                    stream.send(Records.encode(answer(from, r)));
                } catch (EncodingException e) {
                    from.violation("a malformed request for content: " + e.getMessage());
                } catch (IOException e) {
                    LOG.warn("a content can't be read: {}", e.getMessage());
                    stream.close();
                }
            }

            @Override
            public void closed(String reason) {
                // nothing is kept
            }
        };
    }

    private Content answer(PeerConnection from, ContentRequest r) throws IOException {
        ContentStore contents = jobs.get().stream().filter(j -> j.serves(r.contract(), from.identity(), r.content())).findFirst()
                .map(Buyer::store).orElse(null);
        if (contents == null || !contents.has(r.content())) {
            return new Content(r.content(), 0, 0, new byte[0]);
        }
        return new Content(r.content(), r.offset(), contents.size(r.content()), contents.read(r.content(), r.offset(), Protocols.PIECE));
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
    }

    /** A provider whose connection was lost: its first message says which lease is to go on. */
    private final class Returning implements MessageStream.Receiver {
        private final PeerConnection from;
        private final MessageStream stream;
        private MessageStream.Receiver lease;

        Returning(PeerConnection from, MessageStream stream) {
            this.from = from;
            this.stream = stream;
        }

        @Override
        public void message(byte[] message) {
            if (lease != null) {
                lease.message(message);
                return;
            }
            try {
                Resume asked = Records.decode(Resume.class, message);
                Optional<? extends Buyer> job = jobs.get().stream().filter(j -> j.knows(asked.contract(), from.identity())).findFirst();
                if (job.isPresent()) {
                    lease = job.get().resume(from, stream, asked);
                    return;
                }
                lease = new Deaf();
                stream.send(Records.encode(new Refusal("this lease is not at work here")));
                stream.close();
            } catch (EncodingException e) {
                from.violation("a malformed request to go on: " + e.getMessage());
            }
        }

        @Override
        public void closed(String reason) {
            if (lease != null) {
                lease.closed(reason);
            }
        }
    }

    /** Hears nothing more. */
    private static final class Deaf implements MessageStream.Receiver {
        @Override
        public void message(byte[] message) {
            // the provider was refused
        }

        @Override
        public void closed(String reason) {
            // the provider was refused
        }
    }
}
