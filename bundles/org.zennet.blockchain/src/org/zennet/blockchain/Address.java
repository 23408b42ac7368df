package org.zennet.blockchain;

import org.zennet.api.encoding.EncodingException;

/**
 * Where to pay, as text: bech32m over a predicate's canonical bytes, tag first, behind the network's prefix
 * ({@code dxen} on a dev network). Only {@link Predicate.Key} is short enough to have one.
 */
public final class Address {
    private Address() { }

    /** The address of a key predicate. */
    public static String encode(String prefix, Predicate.Key predicate) {
        return Bech32m.encode(prefix, Bech32m.regroup(predicate.toBytes(), 8, 5, true));
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a one-line reason that names the address
     */
    public static Predicate.Key decode(String prefix, String address) {
        String text = address.strip();
        try {
            Bech32m.Decoded decoded = Bech32m.decode(text);
            if (!decoded.prefix().equals(prefix)) {
                throw new IllegalArgumentException("addresses of this network begin with " + prefix + "1");
            }
            if (Predicate.parse(Bech32m.regroup(decoded.groups(), 5, 8, false)) instanceof Predicate.Key key) {
                return key;
            }
            throw new IllegalArgumentException("it does not name a key");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + shorten(text) + "' is not an address: " + e.getMessage(), e);
        } catch (EncodingException e) {
            throw new IllegalArgumentException("'" + shorten(text) + "' is not an address: it does not name a key", e);
        }
    }

    private static String shorten(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
