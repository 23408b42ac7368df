package org.zennet.publisher.internal.buyer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final Queue<Runnable> timer = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private EventLoop<String> loop;

    private void work(String event) {
        done.add(event);
        switch (event) {
            case "first" -> {
                loop.event("brought by first");
                loop.post(() -> done.add("posted by first"));
                done.add("rest of first");
            }
            case "broken" -> throw new IllegalStateException("it fails, and the next one comes all the same");
            default -> { }
        }
    }

    private void run() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    @Test
    void whatAnEventBringsComesBeforeTheNextActionAndAfterItsOwnEnd() {
        loop = new EventLoop<>(threads::add, (time, action) -> timer.add(action), this::work, () -> done.add("-"));
        loop.post(() -> loop.event("first"));
        loop.post(() -> loop.event("second"));
        run();
        assertEquals(List.of("first", "rest of first", "brought by first", "-", "second", "-", "posted by first", "-"), done);
    }

    @Test
    void anEventThatFailsStopsNothing() {
        loop = new EventLoop<>(threads::add, (time, action) -> timer.add(action), this::work, () -> { });
        loop.post(() -> loop.event("broken"));
        loop.post(() -> loop.event("second"));
        run();
        assertEquals(List.of("broken", "second"), done);
    }

    @Test
    void itWakesUpUntilItIsOver() {
        loop = new EventLoop<>(threads::add, (time, action) -> {
            assertEquals(Duration.ofMillis(200), time);
            timer.add(action);
        }, this::work, () -> { });
        loop.every(Duration.ofMillis(200), () -> done.size() >= 3, () -> done.add("tick"));
        while (!timer.isEmpty()) {
            timer.remove().run();
            run();
        }
        assertEquals(List.of("tick", "tick", "tick"), done);
    }
}
