package org.zennet.virtualization.docker.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.zennet.api.container.ContainerException;

/** Talks to the first process of a container; the messages are in init.c. Thread-safe. */
final class Control {
    private static final int MESSAGE = 5;

    /** Hears what the first process says, one message at a time. */
    interface Listener {
        /** A message. */
        void said(char what, int number);

        /** Nothing more is heard on this connection. */
        void silent();
    }

    private final RawStream stream;

    /** Attaches to a container and listens. */
    Control(Engine engine, String container, String lease, Listener listener) throws IOException, ContainerException {
        this.stream = engine.attach(container);
        ByteBuffer message = ByteBuffer.allocate(MESSAGE).order(ByteOrder.LITTLE_ENDIAN);
        Thread.ofVirtual().name("docker-" + lease).start(() -> {
            try {
                stream.read((which, buffer, length) -> {
                    for (int i = 0; which == 1 && i < length; i++) {
                        message.put(buffer[i]);
                        if (!message.hasRemaining()) {
                            listener.said((char) message.get(0), message.getInt(1));
                            message.clear();
                        }
                    }
                });
            } catch (IOException e) {
                // the same as its end
            }
            stream.close();
            listener.silent();
        });
    }

    /** Says something; whether it could be said. */
    boolean tell(char what, int number) {
        return write(ByteBuffer.allocate(MESSAGE).order(ByteOrder.LITTLE_ENDIAN).put((byte) what).putInt(number).array());
    }

    /** Tells the name of the spool. */
    boolean spool(String name) {
        byte[] n = name.getBytes(StandardCharsets.US_ASCII);
        return write(ByteBuffer.allocate(MESSAGE + n.length).put((byte) 'd').putInt(0).put(n).array());
    }

    private boolean write(byte[] bytes) {
        try {
            stream.write(bytes);
            return true;
        } catch (IOException e) {
            // the listener sees the end
            return false;
        }
    }

    void close() {
        stream.close();
    }
}
