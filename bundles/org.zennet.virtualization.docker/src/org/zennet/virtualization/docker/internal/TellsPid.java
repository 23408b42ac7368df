package org.zennet.virtualization.docker.internal;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The number that a program has inside, where nobody outside can look it up: our own program writes it, as eight hexadecimal digits, at the start of the
 * output and becomes the guest's. What a guest could forge with it is which of its own programs gets its signals. Thread-safe.
 */
final class TellsPid {
    private static final int DIGITS = 8;
    private static final long WAIT_SECONDS = 2;

    private final byte[] digits = new byte[DIGITS];
    private final CompletableFuture<Integer> told = new CompletableFuture<>();
    private int have;

    /** How many of the output's next bytes are not the program's own. */
    synchronized int take(byte[] from, int length) {
        int n = Math.min(DIGITS - have, length);
        System.arraycopy(from, 0, digits, have, n);
        have += n;
        if (have == DIGITS && !told.isDone()) {
            String text = new String(digits, StandardCharsets.US_ASCII);
            told.complete(text.matches("[0-7][0-9a-f]{7}") ? Integer.parseInt(text, 16) : 0);
        }
        return n;
    }

    /** The number; empty when it is not told in time. */
    OptionalInt await() throws InterruptedException {
        try {
            int pid = told.get(WAIT_SECONDS, TimeUnit.SECONDS);
            return pid > 1 ? OptionalInt.of(pid) : OptionalInt.empty();
        } catch (TimeoutException | ExecutionException e) {
            return OptionalInt.empty();
        }
    }
}
