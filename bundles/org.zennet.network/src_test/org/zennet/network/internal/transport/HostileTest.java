package org.zennet.network.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.network.internal.TestNodeContext;
import org.zennet.network.internal.transport.TestNode.Collector;
import org.zennet.network.internal.transport.TestNode.ManualTiming;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.Hello;
import org.zennet.network.internal.wire.Kind;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream.Priority;
import org.zennet.services.network.PeerConnection;

/** Whatever comes in, the node stays there for those who keep the rules. */
@Timeout(60)
class HostileTest {
    private final ManualTiming timing = new ManualTiming();
    private final Random random = new Random(7);
    private final List<Socket> sockets = new ArrayList<>();
    private TestNode node;
    private TestNode honest;

    @BeforeEach
    void start() {
        Limits d = Limits.defaults();
        Limits limits = new Limits(d.handshake(), d.ping(), d.dead(), 8, 8, 20, 20, d.discourage(),
                d.discourageLoopback(), 20 << 20);
        node = new TestNode(2, 1, limits, timing);
        node.echo("echo/1");
        honest = new TestNode(3, 1, d, timing);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket s : sockets) {
            s.close();
        }
        PeerConnection connection = honest.network.connect(node.network.listening(), Optional.of(node.id())).join();
        Collector answer = new Collector();
        connection.open("echo/1", Priority.CONTROL, answer).send(new byte[] {1});
        try {
            assertArrayEquals(new byte[] {1}, TestNode.next(answer.messages), "the node still answers");
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            honest.close();
            node.close();
        }
    }

    private Socket plain() throws IOException {
        Endpoint there = node.network.listening();
        Socket socket = new Socket(there.host(), there.port());
        socket.setSoTimeout(TestNode.PATIENCE * 1000);
        sockets.add(socket);
        return socket;
    }

    /** Waits until the node has hung up. */
    private static void assertEnded(Socket socket) throws IOException {
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                continue;
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("it is not ended", e);
        } catch (IOException reset) {
            return;
        }
    }

    @Test
    void garbageAndPlainTextAreHungUpOn() throws Exception {
        byte[] noise = new byte[5000];
        random.nextBytes(noise);
        noise[0] = 0x50;
        byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (byte[] bytes : new byte[][] {noise, http, new byte[100], {22, 3, 1, (byte) 0xFF, (byte) 0xFF, 1}}) {
            Socket socket = plain();
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            assertEnded(socket);
        }
    }

    @Test
    void aHandshakeThatNeverEndsIsHungUpOnInTime() throws Exception {
        Socket silent = plain();
        Socket slow = plain();
        slow.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1});
        RawPeer mute = RawPeer.to(node.network.listening());
        assertEquals(Kind.HELLO, mute.read().orElseThrow().kind());
        TestNode.await(() -> node.network.network().unproved() == 3);
        timing.advance(Duration.ofSeconds(4));
        slow.getOutputStream().write(0);
        assertEquals(3, node.network.network().unproved());
        timing.advance(Duration.ofSeconds(1));
        assertEnded(silent);
        assertEnded(slow);
        assertEquals("this node does not finish the handshake within 5 s", mute.lastWords());
        assertEquals(0, node.network.network().unproved());
    }

    @Test
    void moreBytesThanAHandshakeNeedsAreHungUpOn() throws Exception {
        Socket socket = plain();
        byte[] hello = new byte[9 + 16_000];
        System.arraycopy(new byte[] {22, 3, 1, 0x3E, (byte) 0x84, 1, 0, (byte) 0x80, 0}, 0, hello, 0, 9);
        try {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(hello);
            }
        } catch (IOException gone) {
            return;
        }
        assertEnded(socket);
    }

    private static SSLContext trusting(KeyManager[] keys, AtomicInteger asked) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new X509TrustManager() {
            @Override
            public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {
                // anybody
            }

            @Override
            public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {
                asked.incrementAndGet();
            }

            @Override
            public java.security.cert.X509Certificate[] getAcceptedIssuers() {
                return new java.security.cert.X509Certificate[0];
            }
        }}, new SecureRandom());
        return context;
    }

    @Test
    void tlsOfVersionOneTwoIsRefused() throws Exception {
        SSLSocket socket = (SSLSocket) trusting(null, new AtomicInteger()).getSocketFactory()
                .createSocket("127.0.0.1", node.network.listening().port());
        sockets.add(socket);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThrows(IOException.class, socket::startHandshake);
    }

    @Test
    void aClientWithoutCertificateIsRefused() throws Exception {
        SSLSocket socket = (SSLSocket) trusting(null, new AtomicInteger()).getSocketFactory()
                .createSocket("127.0.0.1", node.network.listening().port());
        sockets.add(socket);
        socket.setSoTimeout(TestNode.PATIENCE * 1000);
        socket.startHandshake(); // in TLS 1.3 the client believes to be through before the server has looked
        assertThrows(IOException.class, () -> {
            if (socket.getInputStream().read() < 0) {
                throw new IOException("ended");
            }
        });
        assertTrue(node.network.connections().isEmpty());
    }

    @Test
    void noSessionCanBeResumed() throws Exception {
        AtomicInteger certificates = new AtomicInteger();
        SSLContext context = trusting(new Tls(timing).keys(), certificates);
        for (int i = 1; i <= 3; i++) {
            SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket("127.0.0.1", node.network.listening().port());
            try (RawPeer peer = new RawPeer(socket)) {
                peer.greet(TestNode.identity(9 + i));
                peer.send(new Frame(Kind.PING, 0, new byte[8]));
                assertEquals(Kind.PONG, peer.read().orElseThrow().kind());
                assertEquals(i, certificates.get(), "a resumed session would show no certificate");
            }
        }
    }

    @Test
    void framesOutOfTurnBeforeTheProofAreHungUpOn() throws Exception {
        byte[][] frames = {{1, 0, 0, 0, 0, 0, 1, 9}, {2, 0, 0, 0, 0, 0, 64}, {3, 0, 0, 0, 0, 0, 0},
            {0x10, 0, 0, 0, 1, 0, 3, 0, 1, 'x'}, {0x11, 0, 0, 0, 1, 0x3F, 0}, {0x77, 0, 0, 0, 0, 0, 0},
            {1, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF}, {5, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8}};
        for (byte[] bytes : frames) {
            try (RawPeer peer = RawPeer.to(node.network.listening())) {
                byte[] whole = java.util.Arrays.copyOf(bytes, Math.max(bytes.length, bytes[0] == 2 ? 71 : 0));
                int length = (whole[5] & 0xFF) << 8 | whole[6] & 0xFF;
                peer.header(whole[0], (whole[3] & 0xFF) << 8 | whole[4], length);
                if (length < 100) {
                    peer.raw(java.util.Arrays.copyOfRange(whole, 7, whole.length));
                }
                assertTrue(peer.lastWords().startsWith("this node "), "after a frame of kind " + bytes[0]);
            }
        }
        assertTrue(node.network.connections().isEmpty());
    }

    @Test
    void aFloodOfConnectionsKeepsNobodyOut() throws Exception {
        for (int i = 0; i < 60; i++) {
            plain();
        }
        TestNode.await(() -> node.network.network().unproved() == 8);
        assertTrue(honest.connect(node).isOpen());
        TestNode.await(() -> node.network.network().size() <= 9);
        assertEnded(sockets.getFirst());
    }

    @Test
    void afterTheProofABrokenFrameEndsItAndTheIdentityIsLeftAloneForAWhile() throws Exception {
        byte[][] breaches = {{0x66, 0, 0}, {0x12, 7, 1}, {0x10, 2, 3}, {0x11, 1, 2}};
        for (int i = 0; i < breaches.length; i++) {
            var identity = TestNode.identity(20 + i);
            try (RawPeer peer = RawPeer.to(node.network.listening())) {
                peer.greet(identity);
                peer.send(breaches[i][0], breaches[i][1], new byte[breaches[i][2]]);
                assertTrue(peer.lastWords().startsWith("this node broke the rules: "));
            }
            try (RawPeer again = RawPeer.to(node.network.listening())) {
                assertTrue(assertThrows(IOException.class, () -> again.greet(identity)).getMessage()
                        .contains("is left alone for another 2 s"));
            }
        }
        timing.advance(Duration.ofSeconds(2));
        try (RawPeer later = RawPeer.to(node.network.listening())) {
            later.greet(TestNode.identity(20));
        }
    }

    @Test
    void randomBytesAfterTheProofNeverHarmTheNode() throws Exception {
        for (int i = 0; i < 15; i++) {
            try (RawPeer peer = RawPeer.to(node.network.listening())) {
                peer.greet(TestNode.identity(30 + i));
                byte[] noise = new byte[20_000];
                random.nextBytes(noise);
                try {
                    peer.raw(noise);
                } catch (IOException gone) {
                    continue;
                }
                peer.lastWords();
            }
        }
        TestNode.await(() -> node.network.connections().isEmpty());
    }

    @Test
    void aFloodOfPingsIsHungUpOn() throws Exception {
        try (RawPeer peer = RawPeer.to(node.network.listening())) {
            peer.greet(TestNode.identity(50));
            try {
                for (int i = 0; i < 200; i++) {
                    peer.send(new Frame(Kind.PING, 0, new byte[8]));
                }
            } catch (IOException gone) {
                return;
            }
            String words = peer.lastWords();
            assertTrue(words.contains("too many pings") || words.equals("reset"), words);
        }
    }

    @Test
    void whoFillsTheMemoryOfAllIsTheOneThatGoes() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        node.network.accept("slow/1", (from, stream) -> new Collector(m -> {
            try {
                blocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        PeerConnection modest = honest.connect(node);
        modest.open("slow/1", Priority.BULK, new Collector()).send(new byte[1 << 20]);
        TestNode greedy = new TestNode(4, 1, Limits.defaults(), timing);
        try {
            PeerConnection connection = greedy.connect(node);
            for (int i = 0; i < 6; i++) {
                connection.open("slow/1", Priority.BULK, new Collector()).send(new byte[4 << 20]);
            }
            TestNode.await(() -> !connection.isOpen());
            assertTrue(modest.isOpen());
        } finally {
            blocked.countDown();
            greedy.close();
        }
    }

    /** Two TLS connections with certificates of its own, all frames passed on unchanged. */
    @Test
    void somebodyWhoStandsBetweenIsNoticedByBothSides() throws Exception {
        try (SSLServerSocket middle = (SSLServerSocket) new Tls(timing).context().getServerSocketFactory()
                .createServerSocket(0)) {
            middle.setSSLParameters(Tls.parameters());
            CompletableFuture<Void> passing = CompletableFuture.runAsync(() -> {
                try (RawPeer victim = new RawPeer((SSLSocket) middle.accept());
                        RawPeer server = RawPeer.to(node.network.listening())) {
                    Thread back = Thread.ofVirtual().start(() -> pass(server, victim));
                    pass(victim, server);
                    back.join();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            String failure = TestNode.failure(honest.network.connect(
                    new Endpoint("127.0.0.1", middle.getLocalPort()), Optional.of(node.id())));
            assertTrue(failure.contains("can't prove on this connection that it is " + node.id()), failure);
            passing.join();
            assertTrue(node.network.connections().isEmpty());
            assertTrue(honest.network.connections().isEmpty());
        }
    }

    private static void pass(RawPeer from, RawPeer to) {
        try {
            for (Optional<Frame> f = from.read(); f.isPresent(); f = from.read()) {
                to.send(f.get());
            }
            to.close();
        } catch (IOException gone) {
            try {
                to.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void aProofThatIsSentBackToItsMakerIsRefused() throws Exception {
        try (RawPeer mirror = RawPeer.to(node.network.listening())) {
            Hello stolen = new Hello(1, 1, Hello.network(TestNodeContext.line(1)), "raw",
                    TestNode.identity(60).identity(), Optional.empty());
            mirror.send(new Frame(Kind.HELLO, 0, org.zennet.api.encoding.Records.encode(stolen)));
            mirror.read();
            mirror.send(mirror.read().orElseThrow());
            assertTrue(mirror.lastWords().contains("can't prove on this connection"));
        }
    }
}
