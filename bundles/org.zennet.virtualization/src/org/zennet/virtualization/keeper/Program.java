package org.zennet.virtualization.keeper;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** A program that runs beside a task. Thread-safe; nothing blocks. */
@ConsumerType
public interface Program {
    /** Bytes of one stream that may be on their way. */
    int WINDOW = 1 << 16;

    /**
     * Gives it input.
     *
     * @throws IOException when more than {@link #WINDOW} bytes were not taken yet
     */
    void input(byte[] bytes) throws IOException;

    /** Tells it the end of its input. */
    void endInput();

    /** Bytes of its stream 1 or 2 have found their place: as many more may come. */
    void taken(int stream, int bytes);

    /** Signals it; with a terminal what runs in front. */
    void signal(int number);

    /** Its terminal has another size. */
    void resize(int columns, int rows);

    /** Kills it and what it started. */
    void kill();
}
