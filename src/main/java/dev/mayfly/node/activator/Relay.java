package dev.mayfly.node.activator;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;

/**
 * Copies one direction of a connection. It reads a buffer, writes it to the other side, and reads the next one when that
 * took it: so at most one buffer is held, and each side goes as fast as the other takes it. The end of a direction is passed
 * on, and the connection ends with both. A side that breaks the connection off breaks off the other one.
 */
final class Relay extends ChannelInboundHandlerAdapter {
    private final Channel to;
    private final Runnable answered;
    private Relay back;
    private boolean ended;

    private Relay(Channel to, Runnable answered) {
        this.to = to;
        this.answered = answered;
    }

    /**
     * Copies both directions of two connections from now on, on the event loop of both. Neither reads by itself.
     *
     * @param answered called when something came from the replica: bytes, the end, or a refusal. May be called again
     */
    static void begin(Channel client, Channel replica, Runnable answered) {
        var there = new Relay(replica, () -> {});
        var back = new Relay(client, answered);
        there.back = back;
        back.back = there;
        client.pipeline().addLast(there);
        replica.pipeline().addLast(back);
        client.read();
        replica.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object bytes) {
        answered.run();
        to.writeAndFlush(bytes).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess()) {
                from.read();
            } else {
                breakOff(from.channel());
            }
        });
    }

    /** All that was read before is written. */
    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            from.fireUserEventTriggered(event);
            return;
        }
        answered.run();
        ended = true;
        ((DuplexChannel) to).shutdownOutput();
        if (back.ended) {
            from.close();
            to.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        if (!ended || !back.ended) {
            breakOff(to);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        answered.run();
        breakOff(from.channel());
        breakOff(to);
    }

    /** Closes a connection so that its other end sees a failure, as it would without the activator. */
    static void breakOff(Channel connection) {
        if (connection.isOpen()) {
            breakOffAtClose(connection);
            connection.close();
        }
    }

    /** Once it is closed, its other end sees a failure. */
    static void breakOffAtClose(Channel connection) {
        ((SocketChannelConfig) connection.config()).setSoLinger(0);
    }
}
