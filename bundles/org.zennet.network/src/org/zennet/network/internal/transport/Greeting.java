package org.zennet.network.internal.transport;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.network.internal.transport.Connection.State;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.Goodbye;
import org.zennet.network.internal.wire.IdentityProof.Role;
import org.zennet.network.internal.wire.Kind;

/**
 * Runs a connection's {@link Handshake} and what follows: the one of the pair with the smaller identity decides alone
 * which connection the pair keeps, and says READY on it; the other answers READY. So both always keep the same one.
 * Confined to the event loop; signatures are made and verified on workers, one frame at a time.
 */
final class Greeting {
    private final Network network;
    private final Connection connection;
    private final Deque<Frame> waiting = new ArrayDeque<>();
    private Handshake handshake;
    private boolean busy;
    private Runnable afterwards;

    Greeting(Network network, Connection connection) {
        this.network = network;
        this.connection = connection;
    }

    /** TLS is done. */
    void begin(Hash exporter) {
        Role role = connection.outbound() ? Role.DIALLER : Role.LISTENER;
        handshake = new Handshake(role, network.hello(), connection.dial().flatMap(Dial::wanted), exporter,
                network.identity());
        connection.write(handshake.hello());
    }

    /** Takes a frame that comes before the connection is open. */
    void frame(Frame frame) {
        waiting.add(frame);
        proceed();
    }

    /** Does something after the frames that came. */
    void finish(Runnable last) {
        afterwards = last;
        proceed();
    }

    private void proceed() {
        while (!busy && !waiting.isEmpty() && connection.state() != State.CLOSED) {
            Frame frame = waiting.poll();
            if (connection.state() == State.OPEN) {
                connection.opened(frame);
            } else if (frame.kind() == Kind.GOODBYE) {
                connection.parted(frame);
            } else if (frame.kind() == Kind.READY && handshake.isProven()) {
                ready();
            } else {
                busy = true;
                network.workers().execute(() -> prove(frame));
            }
        }
        if (!busy && afterwards != null) {
            afterwards.run();
        }
    }

    private void prove(Frame frame) {
        try {
            Optional<Frame> answer = handshake.receive(frame);
            connection.onLoop(() -> {
                busy = false;
                if (handshake.isProven()) {
                    proven(answer);
                } else {
                    answer.ifPresent(connection::write);
                }
                proceed();
            });
        } catch (HandshakeException e) {
            connection.refuse(e);
        }
    }

    /** The check comes before a dialler's own proof: what it does not want, the other side must never admit. */
    private void proven(Optional<Frame> answer) {
        connection.proven(handshake.peer().identity());
        try {
            network.check(connection);
            answer.ifPresent(connection::write);
            if (decides()) {
                network.admit(connection);
                connection.write(Frame.of(Kind.READY));
            }
        } catch (HandshakeException e) {
            if (e.why() == Goodbye.DUPLICATE) {
                connection.superseded();
            } else {
                connection.refuse(e);
            }
        }
    }

    private void ready() {
        if (!decides()) {
            connection.write(Frame.of(Kind.READY));
        } else if (connection.state() != State.ADMITTED) {
            connection.refuse(new HandshakeException(Goodbye.VIOLATION, "says READY out of turn"));
            return;
        }
        connection.letStreamsIn();
        if (network.opened(connection)) {
            connection.wake();
        }
    }

    private boolean decides() {
        return network.identity().identity().compareTo(handshake.peer().identity()) < 0;
    }
}
