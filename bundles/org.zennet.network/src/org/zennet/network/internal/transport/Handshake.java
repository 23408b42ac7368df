package org.zennet.network.internal.transport;

import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.Goodbye;
import org.zennet.network.internal.wire.Hello;
import org.zennet.network.internal.wire.IdentityProof;
import org.zennet.network.internal.wire.IdentityProof.Role;
import org.zennet.network.internal.wire.Kind;
import org.zennet.services.crypto.IdentityService;

/**
 * Both sides' proof of who they are, over a TLS connection that exists. Each side sends its hello; the listener proves
 * itself first, and the dialler only after it has verified that. Knows no sockets and no time; signs through a port.
 * For one thread at a time.
 */
final class Handshake {
    private enum State { HELLO, PROOF, PROVEN }

    private final Role role;
    private final Hello own;
    private final Optional<PublicKey> wanted;
    private final Hash exporter;
    private final IdentityService identity;
    private State state = State.HELLO;
    private Hello peer;
    private int version;

    /**
     * @param wanted   who must answer, if that is known
     * @param exporter the exporter value of the TLS connection
     */
    Handshake(Role role, Hello own, Optional<PublicKey> wanted, Hash exporter, IdentityService identity) {
        this.role = role;
        this.own = own;
        this.wanted = wanted;
        this.exporter = exporter;
        this.identity = identity;
    }

    /** What goes out first. */
    Frame hello() {
        return new Frame(Kind.HELLO, 0, Records.encode(own));
    }

    /** Takes a frame; what it returns is sent in answer. */
    Optional<Frame> receive(Frame frame) throws HandshakeException {
        if (frame.kind() == Kind.HELLO && state == State.HELLO) {
            hello(frame.payload());
            state = State.PROOF;
            return role == Role.LISTENER ? Optional.of(prove()) : Optional.empty();
        }
        if (frame.kind() == Kind.PROOF && state == State.PROOF) {
            verify(Signature.of(frame.payload()));
            state = State.PROVEN;
            return role == Role.DIALLER ? Optional.of(prove()) : Optional.empty();
        }
        throw new HandshakeException(Goodbye.VIOLATION, "sends a " + frame.kind() + " frame out of turn");
    }

    /** Whether the other side proved its identity, and this side has sent its own proof. */
    boolean isProven() {
        return state == State.PROVEN;
    }

    /** The other side's hello; true since its proof. */
    Hello peer() {
        return peer;
    }

    private void hello(byte[] payload) throws HandshakeException {
        try {
            peer = Records.decode(Hello.class, payload);
        } catch (EncodingException e) {
            throw new HandshakeException(Goodbye.VIOLATION, "sends a malformed hello: " + e.getMessage());
        }
        if (!peer.network().equals(own.network())) {
            throw new HandshakeException(Goodbye.OTHER_NETWORK, "belongs to another network");
        }
        version = own.common(peer).orElseThrow(() -> new HandshakeException(Goodbye.NO_VERSION,
                "speaks versions " + peer.oldest() + " to " + peer.newest() + " of the protocol, this node "
                        + own.oldest() + " to " + own.newest() + "; one of the two needs an update"));
        if (peer.identity().equals(own.identity())) {
            throw new HandshakeException(Goodbye.CLOSED, "is this node itself");
        }
        if (wanted.isPresent() && !wanted.get().equals(peer.identity())) {
            throw new HandshakeException(Goodbye.CLOSED,
                    "has the identity " + peer.identity() + " instead of " + wanted.get());
        }
    }

    private Frame prove() {
        return new Frame(Kind.PROOF, 0, identity.sign(proof(role)).toBytes());
    }

    private void verify(Signature signature) throws HandshakeException {
        Role other = role == Role.DIALLER ? Role.LISTENER : Role.DIALLER;
        if (!identity.verify(peer.identity(), proof(other), signature)) {
            throw new HandshakeException(Goodbye.VIOLATION, "can't prove on this connection that it is "
                    + peer.identity() + "; somebody may stand between");
        }
    }

    private IdentityProof proof(Role signer) {
        boolean dialled = role == Role.DIALLER;
        return new IdentityProof(own.network(), version, signer, dialled ? own.identity() : peer.identity(),
                dialled ? peer.identity() : own.identity(), exporter);
    }
}
