package org.zennet.provider.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.PeerConnection;

class InboxTest {
    private final Queue<Runnable> mailbox = new ArrayDeque<>();
    private final List<Object> violations = new ArrayList<>();
    private final List<byte[]> handled = new ArrayList<>();
    private final Inbox inbox = new Inbox(mailbox::add, (PeerConnection) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] {PeerConnection.class}, (self, method, args) -> {
                assertEquals("violation", method.getName());
                violations.add(args[0]);
                return null;
            }));

    @Test
    void whoIsHeardMaySendForEver() {
        byte[] message = new byte[100_000];
        for (int i = 0; i < 20_000; i++) {
            inbox.take(message, handled::add);
            mailbox.remove().run();
        }
        assertEquals(20_000, handled.size());
        assertTrue(violations.isEmpty());
    }

    @Test
    void manySmallMessagesThatWaitEndTheConnection() {
        for (int i = 0; i < 10_000; i++) {
            inbox.take(new byte[0], handled::add);
        }
        assertEquals(4_096, mailbox.size());
        assertEquals(1, violations.size());
    }

    @Test
    void largeMessagesThatWaitEndTheConnection() {
        for (int i = 0; i < 100; i++) {
            inbox.take(new byte[1 << 20], handled::add);
        }
        assertEquals(32, mailbox.size());
        assertEquals(1, violations.size());
    }
}
