package org.zennet.services.network;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;

/**
 * All that a newcomer needs to join a network: one line of text,
 * {@code zennet:dev:<salt, 64 hex digits>@<host:port>#<identity of that node, 64 hex digits>}.
 *
 * @param kind     the chain's parameters: {@code dev}
 * @param salt     makes the genesis block of a private network unique
 * @param seed     a node to connect to first
 * @param identity the identity that must answer there
 */
public record JoinLine(String kind, Hash salt, Endpoint seed, PublicKey identity) {
    private static final Pattern FORM =
            Pattern.compile("zennet:(dev):([0-9a-f]{64})@([^#\\s]{3,72})#([0-9a-f]{64})");

    /**
     * Reads a join line.
     *
     * @throws IllegalArgumentException with a one-line reason
     */
    public static JoinLine parse(String line) {
        Matcher m = line.length() > 300 ? null : FORM.matcher(line.strip());
        if (m == null || !m.matches()) {
            throw new IllegalArgumentException(
                    "this is not a join line; it looks like zennet:dev:SALT@HOST:PORT#IDENTITY and comes from 'zennet network new'");
        }
        return new JoinLine(m.group(1), Hash.ofHex(m.group(2)), Endpoint.parse(m.group(3)), PublicKey.ofHex(m.group(4)));
    }

    @Override
    public String toString() {
        return "zennet:" + kind + ":" + salt.toHex() + "@" + seed + "#" + identity.toHex();
    }
}
