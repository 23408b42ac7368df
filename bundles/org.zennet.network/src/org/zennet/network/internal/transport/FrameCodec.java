package org.zennet.network.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.FrameException;

/** Cuts bytes into frames, and the other way about. A header is refused before its payload is waited for. */
final class FrameCodec extends ByteToMessageDecoder {
    private Frame.Header header;
    private boolean streams;

    /** From now on frames other than those of the handshake may come. Called on the event loop. */
    void allowStreams() {
        streams = true;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (header == null) {
            if (in.readableBytes() < Frame.HEADER) {
                return;
            }
            try {
                header = Frame.Header.of(in.readUnsignedByte(), in.readInt(), in.readUnsignedShort());
                if (!streams && !header.kind().inHandshake()) {
                    throw new FrameException("a " + header.kind() + " frame comes before the proof");
                }
            } catch (FrameException e) {
                in.skipBytes(in.readableBytes());
                throw new CorruptedFrameException(e.getMessage());
            }
        }
        if (in.readableBytes() >= header.length()) {
            byte[] payload = new byte[header.length()];
            in.readBytes(payload);
            out.add(new Frame(header.kind(), header.stream(), payload));
            header = null;
        }
    }

    /** The bytes of a frame. */
    static ByteBuf encode(ByteBufAllocator allocator, Frame frame) {
        return allocator.buffer(Frame.HEADER + frame.payload().length).writeByte(frame.code())
                .writeInt(frame.stream()).writeShort(frame.payload().length).writeBytes(frame.payload());
    }
}
