package org.zennet.services.network;

import org.zennet.api.encoding.Limit;

/**
 * Where a node listens.
 *
 * @param host a name or address, at most 64 bytes
 * @param port 1 to 65535
 */
public record Endpoint(@Limit(64) String host, int port) {
    /** Refuses what can't be an endpoint. */
    public Endpoint {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port lies between 1 and 65535: " + port);
        }
        if (!host.matches("[A-Za-z0-9.:_-]{1,64}")) {
            throw new IllegalArgumentException("'" + host + "' is no host name or address");
        }
    }

    /** Reads {@code host:port} or {@code [v6]:port}. */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + text + "' is not of the form host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
