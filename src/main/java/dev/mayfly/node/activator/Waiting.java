package dev.mayfly.node.activator;

import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.node.activator.AcceptQueue.Place;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A client's connection that waits for a replica. Nothing of it is read before a replica has accepted it, so it may be tried
 * at one replica after the other. Used on its event loop, but for {@link #lead} and {@link #abandon}.
 */
final class Waiting {
    private static final int CONNECT_MILLIS = 2000;
    private static final ExponentialBackOff RETRY =
            new ExponentialBackOff(Duration.ofMillis(10), 2, Duration.ofMillis(320));

    private final long number;
    private final Channel client;
    private final int port;
    private final Replicas replicas;
    private boolean over;
    private int failures;

    /** The replicas that it waits for. Called on any event loop: must not block. */
    interface Replicas {
        /** The connection waits until {@link #lead} gives it a place. */
        void enqueue(Waiting connection);

        /** The place is not needed any more. May be called again. */
        void left(Place place);

        /** The connection does not wait any more. @param late true: it waited too long and was broken off */
        void over(Waiting connection, boolean late);
    }

    /** @param number higher than those of connections that came before @param port of the replica */
    Waiting(long number, Channel client, int port, Replicas replicas) {
        this.number = number;
        this.client = client;
        this.port = port;
        this.replicas = replicas;
    }

    /** Begins to wait, for that time at most. */
    void begin(Duration longest) {
        var deadline = client.eventLoop().schedule(() -> breakOff(true), longest.toMillis(), TimeUnit.MILLISECONDS);
        client.closeFuture().addListener(closed -> {
            deadline.cancel(false);
            end(false);
        });
        enqueue();
    }

    long number() {
        return number;
    }

    private void enqueue() {
        if (!over) {
            replicas.enqueue(this);
        }
    }

    /** Tries to connect to the replica that has this place. */
    void lead(Place place) {
        client.eventLoop().execute(() -> {
            if (over) {
                replicas.left(place);
            } else {
                attempt(place);
            }
        });
    }

    /** Breaks it off if it still waits. */
    void abandon() {
        client.eventLoop().execute(() -> breakOff(false));
    }

    private void breakOff(boolean late) {
        if (end(late)) {
            Relay.breakOff(client);
        }
    }

    /** @return false if it was over before */
    private boolean end(boolean late) {
        if (over) {
            return false;
        }
        over = true;
        replicas.over(this, late);
        return true;
    }

    private void attempt(Place place) {
        new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.MAX_MESSAGES_PER_READ, 1)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(Gate.BUFFER))
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new InetSocketAddress(place.address(), port))
                .addListener((ChannelFuture connected) -> connected(connected, place));
    }

    /** A replica that does not listen yet, or no more, refuses; then the next one is tried soon. */
    private void connected(ChannelFuture attempt, Place place) {
        if (!attempt.isSuccess()) {
            replicas.left(place);
            failures++;
            client.eventLoop().schedule(this::enqueue, RETRY.delay(failures).toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        place.connected();
        if (end(false)) {
            Relay.begin(client, attempt.channel(), () -> replicas.left(place));
        } else {
            attempt.channel().close();
        }
    }
}
