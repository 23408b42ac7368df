package org.zennet.wallet.internal.keystore;

import java.util.Arrays;

/** Secret bytes that don't print, don't compare by content and can be wiped. Thread-safe. */
public final class Secret implements AutoCloseable {
    private final byte[] bytes;
    private boolean wiped;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes over these bytes: the caller must not use or change them afterwards. */
    public static Secret taking(byte[] bytes) {
        return new Secret(bytes);
    }

    /** A copy of the bytes, to be wiped by who asked for it. */
    public synchronized byte[] copy() {
        if (wiped) {
            throw new IllegalStateException("this secret was wiped");
        }
        return bytes.clone();
    }

    /** Overwrites the bytes. Wiping twice is no error. */
    @Override
    public synchronized void close() {
        wipe(bytes);
        wiped = true;
    }

    /** Overwrites some bytes. */
    public static void wipe(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "Secret(...)";
    }
}
