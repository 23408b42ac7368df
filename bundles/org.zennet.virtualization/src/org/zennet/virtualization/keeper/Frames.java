package org.zennet.virtualization.keeper;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A frame is its length in four bytes, then that many bytes. The length is checked before anything is allocated. */
public final class Frames {
    /** The most bytes of a request to a keeper: large things lie in files, so that many at once don't fill its memory. */
    public static final int REQUEST = 2 << 20;
    /** The most bytes of any other frame. */
    public static final int SMALL = 1 << 20;

    private Frames() { }

    /** Writes one frame and flushes. Callers keep two threads from writing to one stream. */
    public static void write(OutputStream out, byte[] payload) throws IOException {
        byte[] frame = new byte[4 + payload.length];
        for (int i = 0; i < 4; i++) {
            frame[i] = (byte) (payload.length >>> (24 - 8 * i));
        }
        System.arraycopy(payload, 0, frame, 4, payload.length);
        out.write(frame);
        out.flush();
    }

    /** Reads one frame; null at a clean end of the stream. */
    public static byte[] read(InputStream in, int limit) throws IOException {
        byte[] head = in.readNBytes(4);
        if (head.length == 0) {
            return null;
        }
        if (head.length < 4) {
            throw new EOFException("a frame is cut short");
        }
        int length = (head[0] & 0xFF) << 24 | (head[1] & 0xFF) << 16 | (head[2] & 0xFF) << 8 | head[3] & 0xFF;
        if (length < 0 || length > limit) {
            throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes is above the limit of "
                    + limit);
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("a frame is cut short");
        }
        return payload;
    }
}
