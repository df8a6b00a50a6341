package dev.mayfly.runtime.probe;

import dev.mayfly.model.Probe.HttpGet;
import dev.mayfly.model.Probe.TcpSocket;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Asks over the network: one thread for all, which never waits. */
final class Wire implements AutoCloseable {
    /** What is due within one tick is done in one go: a thousand wake-ups a second would cost more than what they do. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);

    private final NioEventLoopGroup group = new NioEventLoopGroup(1, new DefaultThreadFactory("probes", true));
    private final EventLoop loop = group.next();

    /** Runs the task on the loop's thread, at the first tick after the delay. */
    ScheduledFuture<?> after(Duration delay, Runnable task) {
        var now = System.nanoTime();
        var due = Math.ceilDiv(now + Math.max(0, delay.toNanos()), TICK) * TICK;
        return loop.schedule(task, due - now, TimeUnit.NANOSECONDS);
    }

    /** Runs the task on the loop's thread: now, if this is it; never, once nobody is asked any more. */
    void soon(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else if (!loop.isShuttingDown()) {
            loop.execute(task);
        }
    }

    /** A question that is answered by a connection. */
    Question tcp(String address, TcpSocket check, Duration timeout) {
        var to = new InetSocketAddress(address, check.port());
        var what = "TCP " + HttpPlace.authority(address, check.port());
        return then -> limited(what, timeout, then, (running, answered) -> TcpTry.begin(loop, to, running, answered));
    }

    /** A question that is answered by a status. */
    Question http(String address, HttpGet check, Duration timeout) {
        var place = HttpPlace.of(address, check);
        var what = "GET " + place;
        byte[] request;
        try {
            request = HttpRequestText.of(place, check.headers());
        } catch (IllegalArgumentException noHeader) {
            return then -> then.accept(Answer.failure(what + " can't be sent: one of httpHeaders is none of HTTP"));
        }
        return then -> limited(
                what,
                timeout,
                then,
                (running, answered) -> new HttpTalk(loop, check.headers(), running, answered).begin(place, request));
    }

    private void limited(
            String what, Duration timeout, Consumer<Answer> then, BiConsumer<Running, Consumer<Answer>> begin) {
        soon(() -> {
            var running = new Running();
            var limit = after(timeout, () -> {
                if (running.end()) {
                    then.accept(Answer.late("no answer within " + timeout.toSeconds() + " s to " + what));
                }
            });
            begin.accept(running, answer -> {
                if (running.end()) {
                    limit.cancel(false);
                    then.accept(answer.said().isEmpty() ? answer : new Answer(answer.outcome(), what + answer.said()));
                }
            });
        });
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
