package org.zennet.network.internal.transport;

import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds the incoming connections that have proved nothing yet, in all and per address. When there is no room the
 * oldest gives way, since whoever means it needs only milliseconds: idle connections can't lock others out. Knows no
 * time. Thread-safe.
 *
 * @param <C> a connection
 */
final class Gate<C> {
    private int most;
    private int mostPerAddress;
    private final Map<C, InetAddress> waiting = new LinkedHashMap<>();

    Gate(int most, int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    /** Lets so many in from now on; those that are in stay until the next one comes. */
    synchronized void bound(int inAll, int perAddress) {
        most = inAll;
        mostPerAddress = perAddress;
    }

    /** Lets one in; returns the one that has to go. */
    synchronized Optional<C> enter(C connection, InetAddress address) {
        Optional<C> out = Optional.empty();
        if (waiting.values().stream().filter(address::equals).count() >= mostPerAddress) {
            out = oldest(address);
        } else if (waiting.size() >= most) {
            out = oldest(null);
        }
        waiting.put(connection, address);
        return out;
    }

    /** It is through, or gone. */
    synchronized void leave(C connection) {
        waiting.remove(connection);
    }

    /** How many wait. */
    synchronized int size() {
        return waiting.size();
    }

    private Optional<C> oldest(InetAddress of) {
        Iterator<Map.Entry<C, InetAddress>> entries = waiting.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<C, InetAddress> entry = entries.next();
            if (of == null || of.equals(entry.getValue())) {
                entries.remove();
                return Optional.of(entry.getKey());
            }
        }
        return Optional.empty();
    }
}
