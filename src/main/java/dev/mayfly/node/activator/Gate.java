package dev.mayfly.node.activator;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairPlaces;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Listens for the connections of one port of a Service. Each takes a place; while there is none for the next one, no further
 * connection is accepted, so that clients wait in the kernel's queue.
 */
final class Gate implements AutoCloseable {
    /** Bytes that are read at a time, and so held, of each direction of a connection. */
    static final int BUFFER = 8 * 1024;
    /** Connections that the kernel completes before they are accepted; it has a limit of its own. */
    private static final int BACKLOG = 4096;
    /** After a failure, such as too many open files. */
    private static final long RETRY_MILLIS = 200;

    private final Channel listener;

    private Gate(Channel listener) {
        this.listener = listener;
    }

    /**
     * Begins to listen at a free port.
     *
     * @param arrived given each connection that has a place, on its event loop; it does not read until it is told to
     * @throws IOException if that is not possible
     */
    static Gate open(
            EventLoopGroup loops, InetAddress address, OwnerId owner, FairPlaces places, Consumer<Channel> arrived)
            throws IOException {
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.MAX_MESSAGES_PER_READ, 1)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.MAX_MESSAGES_PER_READ, 1)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BUFFER))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .handler(new Doorman(owner, places))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.eventLoop().execute(() -> arrived.accept(connection)); // once it is active
                    }
                })
                .bind(address, 0)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't listen at " + address.getHostAddress() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        bound.channel().read();
        return new Gate(bound.channel());
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Runs the task once it listens no more; it must not block. */
    void whenClosed(Runnable task) {
        listener.closeFuture().addListener(closed -> task.run());
    }

    /** Accepts nothing more; what was accepted goes on. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
    }

    /** Lets one connection in after the other, each with a place. Used on the listener's event loop. */
    private static final class Doorman extends ChannelInboundHandlerAdapter {
        private final OwnerId owner;
        private final FairPlaces places;
        private boolean delivered;
        /** Breaks off the connection that waits for its place; does nothing once it has one. */
        private Runnable breakOff = () -> {};

        Doorman(OwnerId owner, FairPlaces places) {
            this.owner = owner;
            this.places = places;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            delivered = true;
            var connection = (Channel) accepted;
            Runnable enter = () -> admit(context, connection);
            breakOff = () -> {
                if (places.giveUp(owner, enter)) {
                    breakOff(connection);
                }
            };
            places.enter(owner, enter);
        }

        /** Else it would wait for a place until another connection ends, and nobody would see its client leave. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            breakOff.run();
            context.fireChannelInactive();
        }

        /** It has no event loop yet that would do more. */
        private static void breakOff(Channel connection) {
            Relay.breakOffAtClose(connection);
            connection.unsafe().closeForcibly();
        }

        private void admit(ChannelHandlerContext context, Channel connection) {
            context.executor().execute(() -> {
                if (!context.channel().isOpen()) {
                    breakOff(connection);
                    places.leave(owner);
                    return;
                }
                connection.closeFuture().addListener(closed -> places.leave(owner));
                context.fireChannelRead(connection);
                context.read();
            });
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (!delivered) {
                context.executor().schedule(context::read, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
            delivered = false;
            context.fireChannelReadComplete();
        }
    }
}
