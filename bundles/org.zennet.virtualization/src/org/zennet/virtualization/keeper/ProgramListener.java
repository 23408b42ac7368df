package org.zennet.virtualization.keeper;

import org.osgi.annotation.versioning.ConsumerType;

/** What a program beside a task does. Called on one thread; must not block. */
@ConsumerType
public interface ProgramListener {
    /** Bytes of stream 1 or 2; they must be told as {@link Program#taken} at some time. */
    void data(int stream, byte[] bytes);

    /** A stream's end; with a terminal there is no stream 2. */
    void end(int stream);

    /** It took so many bytes of its input. */
    void took(int bytes);

    /** Its end: its exit code, 128 + n after signal n, 126 or 127 when it could not be started. Bytes may follow. */
    void exited(int code);

    /** The container ended under it; nothing follows. */
    void gone();
}
