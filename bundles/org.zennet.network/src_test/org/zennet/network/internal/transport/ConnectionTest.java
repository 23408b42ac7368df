package org.zennet.network.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.api.value.PublicKey;
import org.zennet.network.internal.TestNodeContext;
import org.zennet.network.internal.transport.TestNode.Collector;
import org.zennet.network.internal.transport.TestNode.ManualTiming;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.MessageStream.Priority;
import org.zennet.services.network.PeerConnection;

@Timeout(60)
class ConnectionTest {
    private final ManualTiming timing = new ManualTiming();
    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode node(int secret) {
        return node(secret, 1);
    }

    private TestNode node(int secret, int salt) {
        TestNode node = new TestNode(secret, salt, Limits.defaults(), timing);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stopAll() {
        nodes.forEach(TestNode::close);
    }

    @Test
    void bothSidesKnowEachOtherAndShareABindingThatNoOtherConnectionHas() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        TestNode c = node(3);
        PeerConnection ab = a.connect(b);
        PeerConnection ac = a.connect(c);
        assertEquals("opened " + a.id().toShortHex(), TestNode.next(b.events));
        PeerConnection ba = b.network.connections().getFirst();
        assertEquals(b.id(), ab.identity());
        assertEquals(a.id(), ba.identity());
        assertEquals(ab.binding(), ba.binding());
        assertNotEquals(ab.binding(), ac.binding());
        assertTrue(ab.outbound());
        assertFalse(ba.outbound());
        assertEquals(b.network.listening().toString(), ab.remote());
        assertEquals(2, a.network.connections().size());
    }

    @Test
    void messagesOfAllSizesGoThereAndBackInOrder() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        b.echo("echo/1");
        Collector collector = new Collector();
        MessageStream stream = a.connect(b).open("echo/1", Priority.CONTROL, collector);
        int[] sizes = {0, 1, 16_000, 16_372, 16_373, 16_374, 32_750, 100_000, MessageStream.MAX_MESSAGE, 3};
        for (int size : sizes) {
            assertTrue(stream.send(bytes(size)));
        }
        for (int size : sizes) {
            assertArrayEquals(bytes(size), TestNode.next(collector.messages));
        }
        assertThrows(IllegalArgumentException.class, () -> stream.send(new byte[MessageStream.MAX_MESSAGE + 1]));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + size);
        }
        return bytes;
    }

    @Test
    void closingAStreamComesAfterWhatWasSentAndIsHeardOnceOnBothSides() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        Collector there = new Collector();
        b.network.accept("x", (from, stream) -> there);
        Collector here = new Collector();
        MessageStream stream = a.connect(b).open("x", Priority.BULK, here);
        stream.send(bytes(1_000_000));
        stream.send(bytes(2));
        stream.close();
        stream.close();
        assertFalse(stream.send(bytes(1)));
        assertEquals("closed by this side", TestNode.next(here.ends));
        assertEquals("closed by the other side", TestNode.next(there.ends));
        assertEquals(2, there.messages.size());
        b.close();
        a.close();
        assertTrue(here.ends.isEmpty() && there.ends.isEmpty());
    }

    @Test
    void aPeerThatDoesNotSpeakAProtocolClosesTheStreamOnly() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        b.echo("echo/1");
        PeerConnection connection = a.connect(b);
        Collector unknown = new Collector();
        MessageStream stream = connection.open("unheard/1", Priority.CONTROL, unknown);
        stream.send(bytes(100_000));
        assertEquals("nobody here speaks unheard/1", TestNode.next(unknown.ends));
        assertFalse(stream.send(bytes(1)));
        Collector known = new Collector();
        connection.open("echo/1", Priority.CONTROL, known).send(bytes(5));
        assertArrayEquals(bytes(5), TestNode.next(known.messages));
        assertThrows(IllegalArgumentException.class, () -> connection.open("No Name", Priority.BULK, known));
    }

    @Test
    void aThrowingReceiverEndsItsStreamOnly() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        b.echo("echo/1");
        b.network.accept("bad/1", (from, stream) -> new Collector(m -> {
            throw new IllegalStateException("on purpose");
        }));
        b.network.accept("worse/1", (from, stream) -> {
            throw new IllegalStateException("on purpose");
        });
        PeerConnection connection = a.connect(b);
        Collector bad = new Collector();
        connection.open("bad/1", Priority.CONTROL, bad).send(bytes(5));
        assertEquals("the receiver failed", TestNode.next(bad.ends));
        Collector worse = new Collector();
        connection.open("worse/1", Priority.CONTROL, worse);
        assertEquals("the stream is not accepted", TestNode.next(worse.ends));
        Collector good = new Collector();
        connection.open("echo/1", Priority.CONTROL, good).send(bytes(5));
        assertArrayEquals(bytes(5), TestNode.next(good.messages));
    }

    @Test
    void receiversRunOnWorkersAndNeverOnAnEventLoop() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        b.network.accept("x", (from, stream) -> new Collector(m -> thread.complete(Thread.currentThread())));
        CompletableFuture<Thread> connected = a.network.connect(b.network.listening(), Optional.empty())
                .thenApply(c -> {
                    c.open("x", Priority.CONTROL, new Collector()).send(bytes(1));
                    return Thread.currentThread();
                });
        assertTrue(thread.get(20, TimeUnit.SECONDS).getName().startsWith("zennet-network-worker-"));
        assertFalse(connected.get().getName().startsWith("zennet-network-io"));
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("zennet-network-io")).allMatch(Thread::isDaemon));
    }

    @Test
    void anotherIdentityThanExpectedIsNotConnectedTo() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        PublicKey other = TestNode.identity(9).identity();
        assertEquals(b.network.listening() + " has the identity " + b.id() + " instead of " + other,
                TestNode.failure(a.network.connect(b.network.listening(), Optional.of(other))));
        assertTrue(a.network.connections().isEmpty());
        assertTrue(b.network.connections().isEmpty());
        a.connect(b); // an honest mistake is held against nobody
    }

    @Test
    void aNodeOfAnotherNetworkIsNotConnectedTo() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2, 7);
        String failure = TestNode.failure(a.network.connect(b.network.listening(), Optional.of(b.id())));
        assertTrue(failure.endsWith("belongs to another network"), failure);
        assertTrue(b.network.connections().isEmpty());
        assertNull(b.events.poll());
    }

    @Test
    void aNodeDoesNotConnectToItself() throws Exception {
        TestNode a = node(1);
        Endpoint own = a.network.listening();
        assertEquals(own + " is this node itself", TestNode.failure(a.network.connect(own, Optional.of(a.id()))));
        assertTrue(TestNode.failure(a.network.connect(own, Optional.empty())).endsWith("is this node itself"));
    }

    @Test
    void aClosedPortAndAnUnknownHostAreNamedAsSuch() throws Exception {
        TestNode a = node(1);
        Endpoint closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = new Endpoint("127.0.0.1", socket.getLocalPort());
        }
        assertEquals(closed + " refuses connections", TestNode.failure(a.network.connect(closed, Optional.empty())));
        assertEquals("no-such-host.invalid:1 can't be reached: there is no such host",
                TestNode.failure(a.network.connect(new Endpoint("no-such-host.invalid", 1), Optional.empty())));
    }

    @Test
    void aServerThatSaysNothingIsGivenUpInTime() throws Exception {
        TestNode a = node(1);
        try (ServerSocket mute = new ServerSocket(0)) {
            var attempt = a.network.connect(new Endpoint("127.0.0.1", mute.getLocalPort()), Optional.empty());
            mute.accept();
            timing.advance(Duration.ofSeconds(4));
            assertFalse(attempt.isDone());
            timing.advance(Duration.ofSeconds(1));
            assertTrue(TestNode.failure(attempt).contains("within 5 s"));
        }
    }

    @Test
    void connectingAgainHandsOutTheOpenConnection() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        var together = a.network.connect(b.network.listening(), Optional.of(b.id()));
        PeerConnection first = a.connect(b);
        assertSame(first, together.get());
        assertSame(first, a.connect(b));
        assertSame(first, a.network.connect(b.network.listening(), Optional.empty()).get());
        assertEquals("opened " + a.id().toShortHex(), TestNode.next(b.events));
        assertSame(b.network.connections().getFirst(), b.connect(a), "the listener uses it too");
        Endpoint otherName = new Endpoint("localhost", b.network.listening().port());
        assertSame(first, a.network.connect(otherName, Optional.empty()).get(20, TimeUnit.SECONDS));
        assertTrue(first.isOpen());
        assertNull(b.events.poll());
    }

    @Test
    void dialingEachOtherAtTheSameTimeEndsInOneConnection() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (TestNode a = new TestNode(1, 1, Limits.defaults(), timing);
                    TestNode b = new TestNode(2, 1, Limits.defaults(), timing)) {
                a.echo("echo/1");
                b.echo("echo/1");
                var ab = a.network.connect(b.network.listening(), Optional.of(b.id()));
                var ba = b.network.connect(a.network.listening(), Optional.of(a.id()));
                PeerConnection atA = ab.get(20, TimeUnit.SECONDS);
                PeerConnection atB = ba.get(20, TimeUnit.SECONDS);
                assertEquals(atA.binding(), atB.binding(), "both hold the same one in round " + round);
                TestNode.await(() -> a.network.network().size() == 1 && b.network.network().size() == 1);
                assertTrue(atA.isOpen() && atB.isOpen());
                Collector answer = new Collector();
                atA.open("echo/1", Priority.PAYMENT, answer).send(bytes(9));
                assertArrayEquals(bytes(9), TestNode.next(answer.messages));
            }
        }
    }

    @Test
    void theLossOfAConnectionIsHeardOnceAndConnectingAgainWorks() throws Exception {
        TestNode a = node(1);
        TestNode b = new TestNode(2, 1, Limits.defaults(), timing);
        Endpoint there = b.network.listening();
        Collector collector = new Collector();
        b.network.accept("x", (from, stream) -> new Collector());
        PeerConnection old = a.connect(b);
        MessageStream stream = old.open("x", Priority.CONTROL, collector);
        assertEquals("opened " + b.id().toShortHex(), TestNode.next(a.events));
        b.close();
        String reason = TestNode.next(collector.ends); // its goodbye, or a reset when it left something unread
        assertTrue(reason.startsWith("the other side hung up") || reason.equals("the connection broke off"), reason);
        assertEquals("closed " + b.id().toShortHex(), TestNode.next(a.events));
        assertFalse(old.isOpen());
        assertFalse(stream.send(bytes(1)));
        assertTrue(collector.ends.isEmpty());
        Collector late = new Collector();
        assertFalse(old.open("x", Priority.CONTROL, late).send(bytes(1)));
        assertEquals(reason, TestNode.next(late.ends));

        TestNode again = new TestNode(2, 1, Limits.defaults(), timing, there.port());
        nodes.add(again);
        PeerConnection fresh = a.connect(again);
        assertTrue(fresh.isOpen());
        assertNotEquals(old.binding(), fresh.binding());
    }

    @Test
    void aPeerThatStartsAnewReplacesItsOldConnectionOnBothKindsOfPair() throws Exception {
        for (int[] secrets : new int[][] {{1, 2}, {2, 1}}) {
            try (TestNode stays = new TestNode(secrets[0], 1, Limits.defaults(), timing);
                    TestNode before = new TestNode(secrets[1], 1, Limits.defaults(), timing);
                    TestNode after = new TestNode(secrets[1], 1, Limits.defaults(), timing)) {
                before.connect(stays);
                TestNode.next(stays.events);
                PeerConnection stale = stays.network.connections().getFirst();
                timing.advance(Duration.ofMillis(10));
                PeerConnection fresh = after.connect(stays);
                TestNode.await(() -> !stale.isOpen() && stays.network.connections().size() == 1);
                assertEquals(fresh.binding(), stays.network.connections().getFirst().binding());
                assertTrue(fresh.isOpen());
            }
        }
    }

    @Test
    void aSilentPeerIsGivenUpAndAnAnsweringOneIsKept() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        PeerConnection connection = a.connect(b);
        TestNode.next(b.events);
        for (int i = 0; i < 10; i++) {
            timing.advance(Duration.ofSeconds(5));
            long asked = timing.nanos();
            TestNode.await(() -> ((Connection) connection).heardAt() == asked
                    && b.network.connections().stream().allMatch(x -> ((Connection) x).heardAt() == asked));
        }
        assertTrue(connection.isOpen());
        timing.advance(Duration.ofSeconds(15));
        assertFalse(connection.isOpen());
    }

    @Test
    void aPeerThatBreaksTheRulesIsLeftAloneForAWhile() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        PeerConnection connection = a.connect(b);
        TestNode.next(b.events);
        b.network.connections().getFirst().violation("it lied");
        TestNode.await(() -> !connection.isOpen());
        assertTrue(TestNode.failure(b.network.connect(a.network.listening(), Optional.of(a.id())))
                .contains("broke the rules and is left alone for another"));
        String refusal = TestNode.failure(a.network.connect(b.network.listening(), Optional.of(b.id())));
        assertTrue(refusal.contains("left alone"), refusal);
        timing.advance(Duration.ofSeconds(3));
        assertTrue(a.connect(b).isOpen());
    }

    @Test
    void stoppingTellsEveryStreamAndFailsAttempts() throws Exception {
        TestNode a = node(1);
        TestNode b = node(2);
        Collector collector = new Collector();
        a.connect(b).open("x", Priority.CONTROL, collector);
        try (ServerSocket mute = new ServerSocket(0)) {
            var attempt = a.network.connect(new Endpoint("127.0.0.1", mute.getLocalPort()), Optional.empty());
            a.close();
            assertTrue(TestNode.failure(attempt).contains("this node stops"));
        }
        TestNode.next(collector.ends);
        assertTrue(TestNode.failure(a.network.connect(b.network.listening(), Optional.empty()))
                .contains("this node stops"));
    }

    @Test
    void listeningOnEverythingGivesAnEndpointThatCanBeDialled() throws Exception {
        TestNode a = node(1);
        try (NettyNetwork b = new NettyNetwork(TestNode.identity(2), TestNodeContext.line(1), "zennet-node",
                new InetSocketAddress("0.0.0.0", 0), Optional.empty(), Limits.defaults(), timing)) {
            assertNotEquals("0.0.0.0", b.listening().host());
            assertTrue(a.network.connect(b.listening(), Optional.empty()).get(20, TimeUnit.SECONDS).isOpen());
        }
        try (NettyNetwork c = new NettyNetwork(TestNode.identity(2), TestNodeContext.line(1), "zennet-node",
                new InetSocketAddress("0.0.0.0", 0), Optional.of("node.example"), Limits.defaults(), timing)) {
            assertEquals("node.example", c.listening().host());
        }
    }

    @Test
    void aTakenPortIsNamed() {
        TestNode a = node(1);
        int port = a.network.listening().port();
        IOException refusal = assertThrows(IOException.class, () -> new NettyNetwork(TestNode.identity(2),
                TestNodeContext.line(1), "x", new InetSocketAddress("127.0.0.1", port), Optional.empty(),
                Limits.defaults(), timing));
        assertEquals("can't listen on 127.0.0.1:" + port + ": Address already in use", refusal.getMessage());
        assertEquals("can't listen on '7000': write host:port, such as 0.0.0.0:0",
                assertThrows(IOException.class, () -> NetworkComponent.address("7000")).getMessage());
    }

    @Test
    void aProtocolIsAcceptedByOneAtATime() {
        TestNode a = node(1);
        var first = a.network.accept("x/1", (from, stream) -> new Collector());
        assertThrows(IllegalStateException.class, () -> a.network.accept("x/1", (from, stream) -> null));
        assertThrows(IllegalArgumentException.class, () -> a.network.accept("x 1", (from, stream) -> null));
        first.close();
        a.network.accept("x/1", (from, stream) -> new Collector());
    }
}
