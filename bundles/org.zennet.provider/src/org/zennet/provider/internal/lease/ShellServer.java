package org.zennet.provider.internal.lease;

import java.util.Optional;
import java.util.function.BiFunction;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.ShellOpen;
import org.zennet.provider.internal.ssh.LeaseShells;
import org.zennet.services.Registration;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/** Takes the streams of logins that publishers open, and leads them to their lease. Thread-safe. */
public final class ShellServer implements AutoCloseable {
    private final Registration registration;
    private final BiFunction<Hash, PublicKey, Optional<LeaseRunner>> leases;

    /** @param leases the lease of a contract with a publisher */
    public ShellServer(NetworkService network, BiFunction<Hash, PublicKey, Optional<LeaseRunner>> leases) {
        this.leases = leases;
        this.registration = network.accept(Protocols.SHELL, Opening::new);
    }

    /** A stream of which nothing is known yet. Its messages come one at a time. */
    private final class Opening implements MessageStream.Receiver {
        private final PeerConnection from;
        private final MessageStream stream;
        private Optional<MessageStream.Receiver> login = Optional.empty();

        Opening(PeerConnection from, MessageStream stream) {
            this.from = from;
            this.stream = stream;
        }

        @Override
        public void message(byte[] message) {
            if (login.isPresent()) {
                login.get().message(message);
                return;
            }
            try {
                ShellOpen o = Records.decode(ShellOpen.class, message);
                login = Optional.of(leases.apply(o.contract(), from.identity()).map(l -> l.login(o, stream))
                        .orElseGet(() -> LeaseShells.refuse(stream, false, "there is no such lease")));
            } catch (EncodingException e) {
                from.violation("a malformed login: " + e.getMessage());
            }
        }

        @Override
        public void closed(String reason) {
            login.ifPresent(l -> l.closed(reason));
        }
    }

    @Override
    public void close() {
        registration.close();
    }
}
