package org.zennet.network.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zennet.network.internal.transport.TestNode.Collector;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.FrameException;
import org.zennet.network.internal.wire.Kind;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.MessageStream.Priority;
import org.zennet.services.network.PeerConnection;

/** Two ends without network, threads or time: every frame is moved by hand. */
class MuxTest {
    private static final int MIB = 1 << 20;

    /** One end, whose receivers run when the test says so. */
    private static final class End implements Mux.Owner {
        final Deque<Runnable> work = new ArrayDeque<>();
        final List<Collector> accepted = new ArrayList<>();
        final List<Stream> streams = new ArrayList<>();
        final Mux mux;
        long held;

        End(boolean dialler) {
            mux = new Mux(this, work::add, dialler);
        }

        @Override
        public void wake() {
            // the test pulls
        }

        @Override
        public void opened(Stream stream) {
            Collector collector = new Collector();
            accepted.add(collector);
            streams.add(stream);
            mux.receive(stream, collector);
        }

        @Override
        public void hold(int bytes) {
            held += bytes;
        }

        @Override
        public void release(int bytes) {
            held -= bytes;
        }

        @Override
        public PeerConnection connection() {
            return null;
        }

        void work() {
            for (Runnable task = work.poll(); task != null; task = work.poll()) {
                task.run();
            }
        }
    }

    private final End a = new End(true);
    private final End b = new End(false);

    private static List<Frame> move(End from, End to) throws FrameException {
        List<Frame> moved = new ArrayList<>();
        for (Frame frame = from.mux.next(); frame != null; frame = from.mux.next()) {
            to.mux.frame(frame);
            moved.add(frame);
        }
        return moved;
    }

    private void settle() throws FrameException {
        boolean moving = true;
        while (moving) {
            moving = !move(a, b).isEmpty();
            b.work();
            moving |= !move(b, a).isEmpty();
            a.work();
        }
    }

    @Test
    void paymentsOvertakeControlAndBulkThatWaits() throws FrameException {
        Stream bulk = a.mux.open("bulk", Priority.BULK, new Collector());
        Stream control = a.mux.open("control", Priority.CONTROL, new Collector());
        Stream payment = a.mux.open("payment", Priority.PAYMENT, new Collector());
        bulk.send(new byte[MIB]);
        for (int i = 0; i < 13; i++) {
            a.mux.next();
        }
        control.send(new byte[10]);
        payment.send(new byte[10]);
        assertEquals(payment.id, a.mux.next().stream());
        assertEquals(control.id, a.mux.next().stream());
        assertEquals(bulk.id, a.mux.next().stream());
    }

    @Test
    void bulkGetsItsShareThoughHigherPrioritiesNeverPause() {
        Stream bulk = a.mux.open("bulk", Priority.BULK, new Collector());
        Stream control = a.mux.open("control", Priority.CONTROL, new Collector());
        Stream payment = a.mux.open("payment", Priority.PAYMENT, new Collector());
        for (int i = 0; i < 4; i++) {
            bulk.send(new byte[MIB]);
            control.send(new byte[MIB]);
            payment.send(new byte[MIB]);
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 3 + 200; i++) {
            order.add(a.mux.next().stream());
        }
        long bulkFrames = order.stream().skip(3).filter(s -> s == bulk.id).count();
        long controlFrames = order.stream().skip(3).filter(s -> s == control.id).count();
        assertTrue(bulkFrames >= 200 / 20 && bulkFrames <= 200 / 10, "bulk got " + bulkFrames);
        assertTrue(controlFrames >= 200 / 20 && controlFrames <= 200 / 10, "control got " + controlFrames);
    }

    @Test
    void streamsOfAPriorityTakeTurnsByWholeMessages() {
        Stream one = a.mux.open("x", Priority.BULK, new Collector());
        Stream two = a.mux.open("x", Priority.BULK, new Collector());
        for (int i = 0; i < 3; i++) {
            one.send(new byte[20_000]);
            two.send(new byte[20_000]);
        }
        a.mux.next();
        a.mux.next();
        List<Integer> order = new ArrayList<>();
        for (Frame f = a.mux.next(); f != null; f = a.mux.next()) {
            order.add(f.stream());
        }
        assertEquals(List.of(1, 1, 3, 3, 1, 1, 3, 3, 1, 1, 3, 3), order);
    }

    @Test
    void aSlowReceiverHoldsUpItsOwnStreamOnly() throws FrameException {
        Stream slow = a.mux.open("slow", Priority.BULK, new Collector());
        move(a, b);
        Runnable blocked = null;
        for (int i = 0; i < 10; i++) {
            slow.send(new byte[MIB]);
        }
        move(a, b);
        blocked = b.work.poll();
        assertEquals(4 * (MIB + 64), b.held, "five would be more than the window");
        Stream other = a.mux.open("other", Priority.BULK, new Collector());
        other.send(new byte[MIB]);
        move(a, b);
        b.work();
        assertEquals(1, b.accepted.get(1).messages.size());
        assertEquals(0, b.accepted.get(0).messages.size());
        blocked.run();
        settle();
        assertEquals(10, b.accepted.get(0).messages.size());
        assertEquals(0, b.held);
    }

    @Test
    void heldUpBulkNeverTakesCreditFromPayments() throws FrameException {
        List<Stream> bulk = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            bulk.add(a.mux.open("bulk", Priority.BULK, new Collector()));
        }
        bulk.forEach(s -> {
            for (int i = 0; i < 4; i++) {
                s.send(new byte[MIB]);
            }
        });
        move(a, b);
        assertTrue(b.held <= 32 * MIB && b.held > 30 * MIB, "held: " + b.held);
        Stream payment = a.mux.open("payment", Priority.PAYMENT, new Collector());
        payment.send(new byte[MessageStream.MAX_MESSAGE]);
        move(a, b);
        Runnable last = b.work.pollLast();
        last.run();
        assertEquals(1, b.accepted.get(10).messages.size());
        settle();
        assertEquals(40, b.accepted.stream().limit(10).mapToInt(c -> c.messages.size()).sum());
        assertEquals(0, b.held);
    }

    @Test
    void moreThanSixteenMebibytesWaitingClosesTheStreamAndOnlyIt() throws FrameException {
        Collector collector = new Collector();
        Stream stream = a.mux.open("x", Priority.BULK, collector);
        Stream other = a.mux.open("x", Priority.BULK, new Collector());
        for (int i = 0; i < 4; i++) {
            assertTrue(stream.send(new byte[MessageStream.MAX_MESSAGE]));
        }
        assertFalse(stream.send(new byte[2 * MIB]));
        assertFalse(stream.send(new byte[1]));
        assertTrue(other.send(new byte[1]));
        settle();
        assertTrue(collector.ends.remove().startsWith("overrun"));
        assertTrue(b.accepted.get(0).ends.remove().startsWith("overrun"));
        assertEquals(1, b.accepted.get(1).messages.size());
        assertEquals(1, a.mux.size());
        assertEquals(1, b.mux.size());
        assertEquals(0, b.held);
    }

    @Test
    void aStreamThatEndsInTheMiddleOfAMessageGivesAllCreditBack() throws FrameException {
        for (int round = 0; round < 200; round++) {
            Stream stream = a.mux.open("x", Priority.CONTROL, new Collector());
            stream.send(new byte[MIB]);
            for (int i = 0; i < 5; i++) {
                b.mux.frame(a.mux.next());
            }
            if (round % 2 == 0) {
                a.mux.abort(stream, "enough");
            } else {
                b.streams.getLast().close();
            }
            settle();
        }
        assertEquals(0, a.mux.size());
        assertEquals(0, b.mux.size());
        assertEquals(0, b.held);
    }

    @Test
    void aPeerThatClosesIsAnsweredOnlyAfterTheReceiverHeardSo() throws FrameException {
        Stream stream = a.mux.open("x", Priority.CONTROL, new Collector());
        stream.send(new byte[1]);
        stream.close();
        move(a, b);
        assertEquals(1, b.mux.size());
        assertNull(b.mux.next());
        b.work();
        assertEquals("closed by the other side", b.accepted.getFirst().ends.remove());
        assertEquals(Kind.CLOSE, b.mux.next().kind());
        assertEquals(0, b.mux.size());
    }

    @Test
    void theLossOfTheConnectionIsHeardOnceAfterWhatHadArrived() throws FrameException {
        Stream stream = a.mux.open("x", Priority.CONTROL, new Collector());
        stream.send(new byte[1]);
        stream.send(new byte[100_000]);
        for (int i = 0; i < 4; i++) {
            b.mux.frame(a.mux.next());
        }
        b.mux.shutdown("gone");
        b.mux.shutdown("gone again");
        b.work();
        Collector collector = b.accepted.getFirst();
        assertEquals(1, collector.messages.size());
        assertEquals(List.of("gone"), List.copyOf(collector.ends));
        assertEquals(0, b.held);
    }

    @Test
    void tooManyStreamsAreRefusedHereAndAViolationThere() throws FrameException {
        for (int i = 0; i < Credit.STREAMS; i++) {
            a.mux.open("x", Priority.CONTROL, new Collector());
        }
        Collector refused = new Collector();
        assertFalse(a.mux.open("x", Priority.CONTROL, refused).send(new byte[1]));
        a.work();
        assertEquals("too many streams are open", refused.ends.remove());
        move(a, b);
        assertThrows(FrameException.class, () -> b.mux.frame(Frame.open(2 * Credit.STREAMS + 1, Priority.BULK, "x")));
    }

    @Test
    void framesThatNoHonestPeerSendsAreViolations() throws FrameException {
        b.mux.frame(Frame.open(5, Priority.CONTROL, "x"));
        b.mux.frame(Frame.message(5, new byte[20_000]));
        String[][] wrong = {
            {"OPEN", "3", "000178"}, {"OPEN", "5", "000178"}, {"OPEN", "8", "000178"}, {"OPEN", "7", "030178"},
            {"MESSAGE", "9", "0000000101"}, {"MESSAGE", "5", "0000000101"}, {"MORE", "9", "01"},
            {"MORE", "5", "00".repeat(4000)}, {"WINDOW", "5", "00000001"}, {"WINDOW", "5", "ffffffff"},
            {"WINDOW", "9", "00000001"}, {"CLOSE", "9", ""}, {"CLASS_WINDOW", "0", "0000000001"},
            {"CLASS_WINDOW", "0", "0300000001"}, {"CLASS_WINDOW", "0", "0180000000"}, {"HELLO", "0", "00"},
            {"READY", "0", ""}};
        for (String[] w : wrong) {
            Frame frame = new Frame(Kind.valueOf(w[0]), Integer.parseInt(w[1]), HexFormat.of().parseHex(w[2]));
            assertThrows(FrameException.class, () -> b.mux.frame(frame), String.join(" ", w));
        }
        b.mux.frame(Frame.open(11, Priority.CONTROL, "x"));
        for (String payload : new String[] {"0040000100", "80000000", "ffffffff00", "00000002", "000000010102"}) {
            assertThrows(FrameException.class, () -> b.mux.frame(
                    new Frame(Kind.MESSAGE, 11, HexFormat.of().parseHex(payload))), payload);
        }
    }

    @Test
    void sendingWithoutCreditIsAViolation() throws FrameException {
        b.mux.frame(Frame.open(1, Priority.CONTROL, "x"));
        byte[] big = new byte[MessageStream.MAX_MESSAGE];
        b.mux.frame(Frame.message(1, big));
        for (int at = Frame.FIRST_PART; at < big.length; at += Frame.MAX_PAYLOAD) {
            b.mux.frame(Frame.more(1, big, at));
        }
        assertThrows(FrameException.class, () -> b.mux.frame(Frame.message(1, big)));
    }

    @Test
    void aPeerThatNeverReadsAnswersIsCutOff() {
        assertThrows(FrameException.class, () -> {
            for (int i = 0; i < 10_000; i++) {
                b.mux.control(new Frame(Kind.PONG, 0, new byte[8]));
            }
        });
    }

    @Test
    void aMessageMayBeChangedAfterItWasSent() throws FrameException {
        Stream stream = a.mux.open("x", Priority.CONTROL, new Collector());
        byte[] message = {1, 2, 3};
        stream.send(message);
        message[0] = 9;
        settle();
        assertArrayEquals(new byte[] {1, 2, 3}, b.accepted.getFirst().messages.remove());
    }
}
