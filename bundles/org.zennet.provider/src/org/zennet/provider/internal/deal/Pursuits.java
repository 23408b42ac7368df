package org.zennet.provider.internal.deal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Endpoint;

/**
 * Whom to call, and when: each announcement once at a time, each endpoint with growing pauses after failures, all
 * together at most {@value #DIALS_PER_MINUTE} calls a minute. Not thread-safe; knows no clock.
 */
public final class Pursuits {
    /** The most calls in a minute. */
    public static final int DIALS_PER_MINUTE = 30;
    /** The pause after the first failure, in milliseconds; it doubles with each further one. */
    public static final long FIRST_PAUSE_MILLIS = 3_000;
    /** The longest pause after failures, in milliseconds. */
    public static final long LONGEST_PAUSE_MILLIS = 300_000;
    /** The longest pause after a call that was answered, in milliseconds: the publisher may need more machines soon. */
    public static final long LONGEST_POLITE_PAUSE_MILLIS = 12_000;
    private static final int MINUTE_MILLIS = 60_000;

    private final Map<OutPoint, State> announcements = new HashMap<>();
    private final Map<Endpoint, Pause> endpoints = new HashMap<>();
    private final Deque<Long> dials = new ArrayDeque<>();

    private enum State { BUSY, DONE }

    private record Pause(int failures, long until) { }

    /** Whether an announcement may be called now; if so it counts as called. */
    public boolean begin(OutPoint id, Endpoint endpoint, Instant now) {
        long t = now.toEpochMilli();
        while (!dials.isEmpty() && dials.peekFirst() <= t - MINUTE_MILLIS) {
            dials.pollFirst();
        }
        Pause pause = endpoints.get(endpoint);
        if (announcements.containsKey(id) || pause != null && pause.until() > t || dials.size() >= DIALS_PER_MINUTE) {
            return false;
        }
        dials.addLast(t);
        announcements.put(id, State.BUSY);
        return true;
    }

    /** The publisher proved another announcement of its than the one that was called: whether that one may be served. */
    public boolean swap(OutPoint called, OutPoint proven) {
        if (announcements.containsKey(proven)) {
            return false;
        }
        announcements.remove(called);
        announcements.put(proven, State.BUSY);
        return true;
    }

    /** A contract came of it: the endpoint is good. */
    public void agreed(Endpoint endpoint) {
        endpoints.remove(endpoint);
    }

    /**
     * It may be called again after a pause, whose length is told in milliseconds.
     *
     * @param answered whether somebody answered who holds the announced key, or declined politely
     */
    public long again(OutPoint id, Endpoint endpoint, boolean answered, Instant now) {
        announcements.remove(id);
        int failures = endpoints.containsKey(endpoint) ? endpoints.get(endpoint).failures() : 0;
        long pause = Math.min(answered ? LONGEST_POLITE_PAUSE_MILLIS : LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 20));
        endpoints.put(endpoint, new Pause(failures + 1, now.toEpochMilli() + pause));
        return pause;
    }

    /** This provider offers something else now: who was called in vain may be called at once. What goes on or is done stays. */
    public void anew() {
        endpoints.clear();
    }

    /** It is not called again. */
    public void done(OutPoint id) {
        announcements.put(id, State.DONE);
    }

    /** Forgets what is over: announcements that are gone and endpoints of none of these. */
    public void keep(Set<OutPoint> ids, Set<Endpoint> live) {
        announcements.entrySet().removeIf(e -> e.getValue() == State.DONE && !ids.contains(e.getKey()));
        endpoints.keySet().retainAll(live);
    }
}
