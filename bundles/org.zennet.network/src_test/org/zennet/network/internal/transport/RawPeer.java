package org.zennet.network.internal.transport;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.zennet.network.internal.TestNodeContext;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.FrameException;
import org.zennet.network.internal.wire.Hello;
import org.zennet.network.internal.wire.IdentityProof;
import org.zennet.network.internal.wire.Kind;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.network.Endpoint;

/** A peer that speaks TLS and frames by hand, and so can break every rule. */
final class RawPeer implements AutoCloseable {
    private final SSLSocket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    RawPeer(SSLSocket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TestNode.PATIENCE * 1000);
        socket.setSSLParameters(Tls.parameters());
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Dials. */
    static RawPeer to(Endpoint endpoint) throws IOException {
        return new RawPeer((SSLSocket) new Tls(new SystemTiming()).context().getSocketFactory()
                .createSocket(endpoint.host(), endpoint.port()));
    }

    SSLSession session() {
        return socket.getSession();
    }

    void send(Frame frame) throws IOException {
        send(frame.code(), frame.stream(), frame.payload());
    }

    void send(int code, int stream, byte[] payload) throws IOException {
        header(code, stream, payload.length);
        out.write(payload);
        out.flush();
    }

    void header(int code, int stream, int length) throws IOException {
        out.writeByte(code);
        out.writeInt(stream);
        out.writeShort(length);
        out.flush();
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** The next frame, or empty at the end. */
    Optional<Frame> read() throws IOException {
        try {
            int code = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[in.readUnsignedShort()];
            in.readFully(payload);
            return Optional.of(new Frame(Frame.Header.of(code, stream, payload.length).kind(), stream, payload));
        } catch (EOFException e) {
            return Optional.empty();
        } catch (FrameException e) {
            throw new AssertionError("a node sends what nobody may", e);
        }
    }

    /** Does everything right, as an identity whose number should be above the node's, so that the node decides. */
    void greet(IdentityService identity) throws IOException {
        Hello hello = new Hello(1, 1, Hello.network(TestNodeContext.line(1)), "raw", identity.identity(),
                Optional.empty());
        Handshake handshake = new Handshake(IdentityProof.Role.DIALLER, hello, Optional.empty(),
                Tls.export(session(), IdentityProof.LABEL), identity);
        send(handshake.hello());
        while (!handshake.isProven()) {
            Optional<Frame> answer = handshake.receive(read().orElseThrow());
            if (answer.isPresent()) {
                send(answer.get());
            }
        }
        boolean decides = identity.identity().compareTo(handshake.peer().identity()) < 0;
        if (decides) {
            send(Frame.of(Kind.READY));
        }
        Frame ready = read().orElseThrow();
        if (ready.kind() != Kind.READY) {
            throw new IOException(ready.parting().line());
        }
        if (!decides) {
            send(Frame.of(Kind.READY));
        }
    }

    /** Reads until the end; what the goodbye said, nothing, or "reset" when unread bytes swallowed it. */
    String lastWords() {
        String words = "";
        try {
            for (Optional<Frame> frame = read(); frame.isPresent(); frame = read()) {
                if (frame.get().kind() == Kind.GOODBYE) {
                    words = frame.get().parting().line();
                }
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("it is not ended", e);
        } catch (IOException e) {
            return words.isEmpty() ? "reset" : words;
        }
        return words;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
