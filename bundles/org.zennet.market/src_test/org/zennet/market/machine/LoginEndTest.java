package org.zennet.market.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.market.message.ShellAck;
import org.zennet.market.message.ShellData;
import org.zennet.market.message.ShellEnd;

/** The bytes of a login over streams that break. */
@Timeout(30)
class LoginEndTest {
    /** A wire that a test carries by hand. */
    private static final class Line implements LoginEnd.Wire {
        final Deque<Record> messages = new ArrayDeque<>();

        @Override
        public void send(Record message) {
            messages.add(message);
        }
    }

    private static byte[] bytes(int n, long seed) {
        byte[] b = new byte[n];
        new Random(seed).nextBytes(b);
        return b;
    }

    private static void give(Record m, LoginEnd to) throws LoginEnd.Breach {
        switch (m) {
            case ShellData d -> to.arrived(d);
            case ShellAck a -> to.arrived(a);
            case ShellEnd e -> to.arrived(e);
            default -> throw new AssertionError(m);
        }
    }

    @Test
    void bytesArriveOnceAndInOrderHoweverOftenTheStreamBreaks() throws Exception {
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            LoginEnd a = new LoginEnd();
            LoginEnd b = new LoginEnd();
            byte[] all = bytes(300_000, seed);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            Line ab = new Line();
            Line ba = new Line();
            a.attach(ab, b.received());
            b.attach(ba, a.received());
            int written = 0;
            while (got.size() < all.length) {
                int n = Math.min(random.nextInt(9_000), all.length - written);
                a.write(all, written, n);
                written += n;
                for (int i = random.nextInt(4); i > 0 && !ab.messages.isEmpty(); i--) {
                    give(ab.messages.poll(), b);
                }
                while (b.received() > got.size() && random.nextInt(3) > 0) {
                    got.writeBytes(b.read().orElseThrow());
                }
                for (int i = random.nextInt(3); i > 0 && !ba.messages.isEmpty(); i--) {
                    give(ba.messages.poll(), a);
                }
                if (random.nextInt(5) == 0) { // what is on its way is lost
                    a.detach(ab);
                    b.detach(ba);
                    ab = new Line();
                    ba = new Line();
                    a.attach(ab, b.received());
                    b.attach(ba, a.received());
                }
            }
            assertArrayEquals(all, got.toByteArray(), "seed " + seed);
        }
    }

    @Test
    void aWriterWaitsWhenAWindowIsOnItsWay() throws Exception {
        LoginEnd a = new LoginEnd();
        Line line = new Line();
        a.attach(line, 0);
        assertTrue(a.write(new byte[LoginEnd.WINDOW], 0, LoginEnd.WINDOW));
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                a.write(new byte[] {1}, 0, 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        int full = line.messages.size();
        assertEquals(LoginEnd.WINDOW / ShellData.MAX_BYTES, full);
        a.arrived(new ShellAck(1));
        writer.join();
        assertEquals(full + 1, line.messages.size());
    }

    @Test
    void theEndComesBehindTheLastByteEvenOverANewStream() throws Exception {
        LoginEnd a = new LoginEnd();
        LoginEnd b = new LoginEnd();
        a.write(new byte[] {1, 2, 3}, 0, 3);
        a.end("done");
        Line line = new Line();
        a.attach(line, b.received());
        while (!line.messages.isEmpty()) {
            give(line.messages.poll(), b);
        }
        assertArrayEquals(new byte[] {1, 2, 3}, b.read().orElseThrow());
        assertEquals(Optional.empty(), b.read());
        assertEquals(Optional.of("done"), b.peerReason());
        assertFalse(b.write(new byte[] {4}, 0, 1));
    }

    @Test
    void whatCannotBeIsABreach() throws Exception {
        LoginEnd a = new LoginEnd();
        assertThrows(LoginEnd.Breach.class, () -> a.arrived(new ShellData(1, new byte[1])), "a gap");
        assertThrows(LoginEnd.Breach.class, () -> a.arrived(new ShellData(0, new byte[0])), "nothing");
        assertThrows(LoginEnd.Breach.class, () -> a.arrived(new ShellAck(1)), "more than was sent");
        assertThrows(LoginEnd.Breach.class, () -> a.attach(new Line(), 5), "more than was sent");
        for (int i = 0; i < 2 * LoginEnd.WINDOW / ShellData.MAX_BYTES; i++) {
            a.arrived(new ShellData((long) i * ShellData.MAX_BYTES, new byte[ShellData.MAX_BYTES]));
        }
        assertThrows(LoginEnd.Breach.class, () -> a.arrived(new ShellData(2L * LoginEnd.WINDOW, new byte[1])), "beyond the window");
    }

    @Test
    void anAbortLetsWritersAndReadersGo() throws Exception {
        LoginEnd a = new LoginEnd();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                a.read();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        a.abort("over");
        reader.join();
        assertFalse(a.write(new byte[1], 0, 1));
    }
}
