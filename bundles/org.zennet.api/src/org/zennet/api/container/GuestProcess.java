package org.zennet.api.container;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A program that {@link Container#exec} started. Thread-safe; each stream is for one thread at a time and blocks, so
 * that a slow reader slows the program and not the host.
 */
@ConsumerType
public interface GuestProcess extends AutoCloseable {
    /** What it reads. Closing tells it the end of its input; with a terminal it hangs up. */
    OutputStream stdin();

    /** What it writes; at its end when no process holds it open any more. */
    InputStream stdout();

    /** What it writes to its errors; at its end at once where it has a terminal. */
    InputStream stderr();

    /** Tells a terminal its new size; nothing happens without one. */
    void resize(int columns, int rows) throws ContainerException;

    /** Signals it: {@code HUP}, {@code INT}, {@code QUIT}, {@code TERM}, {@code KILL}, {@code USR1}, {@code USR2}. */
    void signal(String name) throws ContainerException;

    /** Its exit code, 128 + n after signal n; fails with {@link ContainerException} when the container ended under it. */
    CompletableFuture<Integer> exit();

    /** Kills it and what it started, as far as that can be told from others; closing twice is no error. */
    @Override
    void close();
}
