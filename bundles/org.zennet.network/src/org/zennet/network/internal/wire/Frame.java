package org.zennet.network.internal.wire;

import java.nio.charset.StandardCharsets;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.services.network.MessageStream.Priority;

/**
 * The unit that travels: one byte of kind, four of stream (0 for the connection itself), two of length, the payload.
 * A frame fits into one TLS record (RFC 8446 section 5.1: 2^14 bytes), so that it is never held up half-way.
 *
 * @param payload not copied; must not change any more
 */
public record Frame(Kind kind, int stream, byte[] payload) {
    /** The number of bytes before the payload. */
    public static final int HEADER = 7;

    /** The longest payload. */
    public static final int MAX_PAYLOAD = (1 << 14) - HEADER;

    /** How many bytes of a message its first frame carries at most. */
    public static final int FIRST_PART = MAX_PAYLOAD - 4;

    private static final byte[] NOTHING = {};
    private static final int MAX_LINE = 200;

    /** A header, already in order. */
    public record Header(Kind kind, int stream, int length) {
        /** Reads one. */
        public static Header of(int code, int stream, int length) throws FrameException {
            return new Header(Kind.of(code, stream, length), stream, length);
        }
    }

    /** The opening of a stream. */
    public record Opening(Priority priority, String protocol) { }

    /** A goodbye. */
    public record Parting(Goodbye why, String line) { }

    /** A frame without payload. */
    public static Frame of(Kind kind) {
        return new Frame(kind, 0, NOTHING);
    }

    /** The code of its kind. */
    public int code() {
        return kind.code();
    }

    /** Opens a stream. */
    public static Frame open(int stream, Priority priority, String protocol) {
        return new Frame(Kind.OPEN, stream, new Encoder().u8(priority.ordinal()).text(protocol, 32).toBytes());
    }

    /** Ends a stream. */
    public static Frame close(int stream, String line) {
        return new Frame(Kind.CLOSE, stream, clean(line).getBytes(StandardCharsets.US_ASCII));
    }

    /** Begins a message. */
    public static Frame message(int stream, byte[] message) {
        int first = Math.min(message.length, FIRST_PART);
        byte[] payload = new byte[4 + first];
        putInt(payload, 0, message.length);
        System.arraycopy(message, 0, payload, 4, first);
        return new Frame(Kind.MESSAGE, stream, payload);
    }

    /** Goes on with a message. */
    public static Frame more(int stream, byte[] message, int from) {
        byte[] payload = new byte[Math.min(message.length - from, MAX_PAYLOAD)];
        System.arraycopy(message, from, payload, 0, payload.length);
        return new Frame(Kind.MORE, stream, payload);
    }

    /** Gives a stream more credit. */
    public static Frame window(int stream, int credit) {
        byte[] payload = new byte[4];
        putInt(payload, 0, credit);
        return new Frame(Kind.WINDOW, stream, payload);
    }

    /** Gives a priority more credit. */
    public static Frame classWindow(Priority priority, int credit) {
        byte[] payload = new byte[5];
        payload[0] = (byte) priority.ordinal();
        putInt(payload, 1, credit);
        return new Frame(Kind.CLASS_WINDOW, 0, payload);
    }

    /** Says goodbye. */
    public static Frame goodbye(Goodbye why, String line) {
        byte[] text = clean(line).getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[1 + text.length];
        payload[0] = (byte) why.ordinal();
        System.arraycopy(text, 0, payload, 1, text.length);
        return new Frame(Kind.GOODBYE, 0, payload);
    }

    /** What an OPEN says. */
    public Opening opening() throws FrameException {
        try {
            Decoder in = new Decoder(payload);
            Priority priority = priority(in.u8());
            String protocol = in.text(32);
            in.end();
            if (!isProtocol(protocol)) {
                throw new FrameException("a stream is opened for something that is no protocol name");
            }
            return new Opening(priority, protocol);
        } catch (EncodingException e) {
            throw new FrameException("an OPEN frame is malformed: " + e.getMessage());
        }
    }

    /** The whole length of the message that a MESSAGE begins, or the credit of a WINDOW; may be negative. */
    public int leadingInt() {
        return getInt(0);
    }

    /** The priority that a CLASS_WINDOW is for. */
    public Priority priority() throws FrameException {
        return priority(payload[0] & 0xFF);
    }

    /** The credit of a CLASS_WINDOW; may be negative. */
    public int classCredit() {
        return getInt(1);
    }

    /** What a GOODBYE says. */
    public Parting parting() {
        int why = payload[0] & 0xFF;
        Goodbye[] known = Goodbye.values();
        return new Parting(why < known.length ? known[why] : Goodbye.CLOSED, line(1));
    }

    /** The line for people in a CLOSE. */
    public String line() {
        return line(0);
    }

    /** Whether a protocol may have this name. */
    public static boolean isProtocol(String name) {
        return name.matches("[a-z0-9/-]{1,32}");
    }

    private String line(int from) {
        return clean(new String(payload, from, payload.length - from, StandardCharsets.ISO_8859_1));
    }

    /** What a stranger says ends up in logs and on screens: plain characters only, one line. */
    private static String clean(String line) {
        String plain = line.replaceAll("[^\\x20-\\x7E]", "?");
        return plain.length() <= MAX_LINE ? plain : plain.substring(0, MAX_LINE);
    }

    private static Priority priority(int ordinal) throws FrameException {
        if (ordinal >= Priority.values().length) {
            throw new FrameException("there is no priority " + ordinal);
        }
        return Priority.values()[ordinal];
    }

    private int getInt(int at) {
        return (payload[at] & 0xFF) << 24 | (payload[at + 1] & 0xFF) << 16 | (payload[at + 2] & 0xFF) << 8
                | payload[at + 3] & 0xFF;
    }

    private static void putInt(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }
}
