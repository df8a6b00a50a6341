package dev.mayfly.node.kubelet;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Stops reading from a connection. Switching {@code autoRead} off is not enough: the SPDY codec then asks for more itself
 * whenever it has passed a frame on, because it passes them beside its decoder's list. So such requests are swallowed
 * here, which alone would not be enough either: with {@code autoRead} the socket stays selected for reading.
 */
final class ReadGate extends ChannelOutboundHandlerAdapter {
    private volatile ChannelHandlerContext context;
    private volatile boolean paused;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void read(ChannelHandlerContext reading) {
        if (!paused) {
            reading.read();
        }
    }

    boolean paused() {
        return paused;
    }

    /** To be called on the connection's event loop, as {@link #resume}. */
    void pause() {
        if (!paused) {
            paused = true;
            context.channel().config().setAutoRead(false);
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            context.channel().config().setAutoRead(true);
        }
    }
}
