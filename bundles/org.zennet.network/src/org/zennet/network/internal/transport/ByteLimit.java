package org.zennet.network.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;

/** Stands before TLS until the proof is there, and lets only so many bytes through. */
final class ByteLimit extends ChannelInboundHandlerAdapter {
    private long bytes;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        bytes += ((ByteBuf) message).readableBytes();
        context.fireChannelRead(message);
        // after the fact: what was just read may hold the end of the handshake, which takes this handler away
        if (!context.isRemoved() && bytes > Limits.BYTES_BEFORE_PROOF) {
            bytes = 0;
            context.fireExceptionCaught(new TooLongFrameException("too many bytes come before the proof"));
        }
    }
}
