package dev.mayfly.probe;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe.HttpGet;
import dev.mayfly.core.model.Probe.TcpSocket;
import dev.mayfly.core.model.Text;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.probe.Prober.Question;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Network probes: one thread that never blocks makes all of them. A replica chooses how much arithmetic a TLS handshake
 * with it takes, so other threads do that, in turns of the namespaces.
 *
 * <p>A probe's timeout counts only time for which its replica was waited for, not time for which this process was late.
 */
final class NetworkProbes implements AutoCloseable {
    /** Tasks due within one tick run together: a thousand wake-ups a second would cost more than the tasks do. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);
    /** Threads for handshakes, of which one namespace has one at a time. A step of a handshake takes milliseconds. */
    private static final int HANDSHAKES = 2;

    private final NioEventLoopGroup group = new NioEventLoopGroup(1, new DefaultThreadFactory("probes", true));
    private final EventLoop loop = group.next();
    private final FairExecutor handshakes;
    private final ProbeConnections connections;
    /** For how many nanoseconds tasks that were due had to wait for the loop so far. Used on its thread, as the next. */
    private long delayed;
    /** When the last scheduled task started, by {@link System#nanoTime}. */
    private long lastStart = System.nanoTime();

    /** @param connections counts those that are made */
    NetworkProbes(ProbeConnections connections) {
        this(new FairExecutor("probe-tls", HANDSHAKES), connections);
    }

    /** @param handshakes the threads for the arithmetic of TLS handshakes, which {@link #close} closes */
    NetworkProbes(FairExecutor handshakes, ProbeConnections connections) {
        this.handshakes = handshakes;
        this.connections = connections;
    }

    /** Runs the task on the loop's thread, at the first tick after the delay. */
    ScheduledFuture<?> schedule(Duration delay, Runnable task) {
        var now = System.nanoTime();
        var due = Math.ceilDiv(now + Math.max(0, delay.toNanos()), TICK) * TICK;
        return loop.schedule(
                () -> {
                    started(due);
                    task.run();
                },
                due - now,
                TimeUnit.NANOSECONDS);
    }

    /** Adds what a task that begins now waited for the loop, unless another one that waited as well has added it. */
    private void started(long due) {
        var now = System.nanoTime();
        if (now - due > TICK) {
            delayed += Math.min(now - due, now - lastStart);
        }
        lastStart = now;
    }

    /** Runs the task on the loop's thread: at once if this is that thread, never after {@link #close}. */
    void execute(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else if (!loop.isShuttingDown()) {
            loop.execute(task);
        }
    }

    /** A probe that succeeds if a connection is accepted. */
    Question tcp(String address, TcpSocket check, Duration timeout) {
        var to = new InetSocketAddress(address, check.port());
        var what = "TCP " + HttpTarget.authority(address, check.port());
        return then -> limited(what, timeout, then, (running, answered) -> TcpProbe.begin(loop, to, running, answered));
    }

    /**
     * A probe that is answered by the status of a reply.
     *
     * @param owner of the replica, which takes turns with others at handshakes
     */
    Question http(OwnerId owner, String address, HttpGet check, Duration timeout) {
        var place = HttpTarget.of(address, check);
        var what = "GET " + place;
        byte[] request;
        try {
            request = place.request(check.headers());
        } catch (IllegalArgumentException noHeader) {
            return then -> then.accept(Answer.failure(what + " can't be sent: one of httpHeaders is none of HTTP"));
        }
        return then -> limited(
                what,
                timeout,
                then,
                (running, answered) -> new HttpProbe(
                                loop, handshakes(owner, running), check.headers(), running, answered)
                        .begin(place, request));
    }

    /** Runs steps of the attempt's handshakes, off the loop. To be called on the loop's thread. */
    private Executor handshakes(OwnerId owner, PendingProbe running) {
        return step -> {
            running.pause();
            handshakes.execute(owner, () -> {
                try {
                    step.run();
                } finally {
                    execute(running::resume);
                }
            });
        };
    }

    private void limited(
            String what, Duration timeout, Consumer<Answer> then, BiConsumer<PendingProbe, Consumer<Answer>> begin) {
        execute(() -> {
            var running = new PendingProbe(connections);
            limit(
                    running,
                    timeout,
                    () -> then.accept(Answer.late("no answer within " + timeout.toSeconds() + " s to " + what)));
            begin.accept(running, answer -> {
                if (running.end()) {
                    then.accept(answer.said().isEmpty() ? answer : new Answer(answer.outcome(), what + answer.said()));
                }
            });
        });
    }

    /** Ends the attempt when that time is over, and as much more as passed without waiting for the replica. */
    private void limit(PendingProbe running, Duration left, Runnable late) {
        var before = delayed;
        running.limit = schedule(left, () -> {
            var excused = delayed - before + running.takePaused();
            if (excused > 0) {
                limit(running, Duration.ofNanos(excused), late);
            } else if (running.end()) {
                late.run();
            }
        });
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        handshakes.close();
    }

    /** A network probe attempt in progress, with one connection at a time. Confined to the event loop's thread. */
    static final class PendingProbe {
        private final ProbeConnections connections;
        private Channel channel;
        private ScheduledFuture<?> limit;
        private boolean ended;
        /** Steps of a handshake that wait or run. */
        private int steps;

        private long pausedSince;
        private long paused;

        PendingProbe(ProbeConnections connections) {
            this.connections = connections;
        }

        /** Connects and counts the connection until it is closed. @param to resolved */
        ChannelFuture connect(Channel next, InetSocketAddress to) {
            var attempt = connections.begin(to.getAddress());
            var connected = next.connect(to);
            next.closeFuture().addListener(closed -> attempt.ended(connected.isSuccess()));
            return connected;
        }

        /** The replica is not waited for from now on, until {@link #resume} was called as often as this. */
        void pause() {
            if (steps++ == 0) {
                pausedSince = System.nanoTime();
            }
        }

        void resume() {
            if (--steps == 0) {
                paused += System.nanoTime() - pausedSince;
            }
        }

        /** For how many nanoseconds the replica was not waited for since the last call. */
        long takePaused() {
            if (steps > 0) {
                var now = System.nanoTime();
                paused += now - pausedSince;
                pausedSince = now;
            }
            var taken = paused;
            paused = 0;
            return taken;
        }

        /** Continues on this connection and closes the previous one. */
        void use(Channel next) {
            close();
            channel = next;
            if (ended) {
                close();
            }
        }

        /** True if this is the current connection. */
        boolean isCurrent(Channel one) {
            return channel == one;
        }

        /** Closes the connection. @return false if the attempt had already ended */
        boolean end() {
            var first = !ended;
            ended = true;
            limit.cancel(false);
            close();
            return first;
        }

        private void close() {
            if (channel != null) {
                channel.close();
                channel = null;
            }
        }
    }

    /** A TCP probe attempt: connects and closes the connection. */
    static final class TcpProbe {
        private TcpProbe() {}

        static void begin(EventLoop loop, InetSocketAddress to, PendingProbe running, Consumer<Answer> answered) {
            var channel = new NioSocketChannel();
            channel.config().setConnectTimeoutMillis(0); // the probe's own timeout ends it
            loop.register(channel);
            running.use(channel);
            running.connect(channel, to)
                    .addListener((ChannelFuture connected) -> answered.accept(
                            connected.isSuccess()
                                    ? Answer.SUCCESS
                                    : Answer.failure(": " + message(connected.cause()))));
        }

        /**
         * The failure's message without the address, which the request already names. It may quote what the replica
         * answered.
         */
        static String message(Throwable failure) {
            var text = String.valueOf(failure.getMessage());
            var address = text.indexOf(": /");
            return Text.shortened(address > 0 ? text.substring(0, address) : text, Answer.MOST);
        }
    }
}
