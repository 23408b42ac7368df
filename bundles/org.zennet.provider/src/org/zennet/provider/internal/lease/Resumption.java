package org.zennet.provider.internal.lease;

import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Close;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.provider.internal.Texts;
import org.zennet.services.Registration;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/**
 * One call to a publisher whose connection was lost: asks it to take the lease up again; from its answer on the stream is the
 * lease's. Everything but the network's own calls happens in the lease's mailbox.
 */
final class Resumption implements MessageStream.Receiver {
    /** How long the publisher may take to answer, in milliseconds. */
    private static final long ANSWER_MILLIS = 5_000;

    private final Mailbox mailbox;
    private final Lease lease;
    private final Resume resume;
    private final Inbox inbox;
    private MessageStream stream;
    private Registration timer = () -> { };
    private boolean answered;

    /** What is told to the lease; the last three after an answer only. */
    interface Lease {
        /** The call came to nothing; it may be tried again. */
        void notReached(String reason);

        /** The publisher does not want the lease any more, or does not know it. */
        void refused(String reason);

        /** This stream is the lease's from now on. */
        void reached(MessageStream stream);

        /** The lease goes on. */
        void resumed(Resumed answer);

        /** A message on the stream. */
        void message(byte[] message);

        /** The stream ended. */
        void lost(MessageStream stream, String reason);
    }

    private Resumption(Mailbox mailbox, Lease lease, Resume resume, PeerConnection connection) {
        this.mailbox = mailbox;
        this.lease = lease;
        this.resume = resume;
        this.inbox = new Inbox(mailbox, connection);
    }

    /** Calls. */
    static void begin(Kit kit, Mailbox mailbox, Endpoint endpoint, PublicKey publisher, Resume resume, Lease lease) {
        kit.network().connect(endpoint, Optional.of(publisher)).whenComplete((connection, failure) -> mailbox.execute(() -> {
            if (failure != null) {
                lease.notReached(Texts.reason(failure));
            } else {
                new Resumption(mailbox, lease, resume, connection).ask(kit, connection);
            }
        }));
    }

    private void ask(Kit kit, PeerConnection connection) {
        stream = connection.open(Protocols.RESUME, MessageStream.Priority.CONTROL, this);
        stream.send(Records.encode(resume));
        timer = kit.timers().after(ANSWER_MILLIS, () -> mailbox.execute(() -> over("no answer within " + ANSWER_MILLIS / 1000 + " s")));
    }

    @Override
    public void message(byte[] message) {
        inbox.take(message, m -> {
            if (answered) {
                lease.message(m);
            } else {
                answer(m);
            }
        });
    }

    private void answer(byte[] message) {
        answered = true;
        timer.close();
        try {
            switch (Records.decodeAny(message, Resumed.class, Refusal.class, Close.class)) {
                case Resumed r when r.contract().equals(resume.contract()) -> {
                    lease.reached(stream);
                    lease.resumed(r);
                }
                case Close c when c.contract().equals(resume.contract()) -> {
                    lease.reached(stream);
                    lease.message(message);
                }
                case Refusal r -> {
                    stream.close();
                    lease.refused(r.reason());
                }
                default -> {
                    stream.close();
                    lease.refused("it answers about another contract");
                }
            }
        } catch (EncodingException e) {
            stream.connection().violation(e.getMessage());
            lease.refused("its answer is malformed: " + e.getMessage());
        }
    }

    private void over(String reason) {
        if (!answered) {
            answered = true;
            timer.close();
            stream.close();
            lease.notReached(reason);
        }
    }

    @Override
    public void closed(String reason) {
        mailbox.execute(() -> {
            if (answered) {
                lease.lost(stream, reason);
            } else {
                over("the stream closed: " + reason);
            }
        });
    }
}
