package dev.mayfly.node.kubelet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * The server's side of a connection with several streams, whatever its protocol. Its only flow control is TCP's: reading
 * stops while too much is held that nobody takes.
 */
abstract class StreamSession extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = Logger.getLogger(StreamSession.class);

    /** Bytes that are held for readers before reading from the connection stops, and at which it goes on. */
    private static final int HIGH = 64 * 1024;

    private static final int LOW = 16 * 1024;
    /** Memory of a part in the queue besides its bytes, so that single bytes are counted with their cost. */
    private static final int OVERHEAD = 96;

    /** Streams of which one half is open at least. Used on the event loop. */
    final Map<Integer, ClientStream> streams = new HashMap<>();

    private final Channel channel;
    private final Limits limits;
    private final ReadGate gate;
    private final AtomicInteger held = new AtomicInteger();
    private final CompletableFuture<Void> ending = new CompletableFuture<>();
    private volatile long lastMoved = System.nanoTime();
    private volatile boolean terminated;
    /** Whether reading waits until the client reads what it was answered. Used on the event loop. */
    private boolean answersWait;

    StreamSession(Channel channel, Limits limits, ReadGate gate) {
        this.channel = channel;
        this.limits = limits;
        this.gate = gate;
    }

    /** Takes one of the protocol's frames, which is released afterwards. On the event loop, as all of the protocol. */
    abstract void receive(Object frame);

    /** The frame that carries these bytes to the client. May be called on any thread. */
    abstract Object data(int stream, ByteBuf bytes);

    /** Tells the client that the stream has no more output. */
    abstract void endOutput(ClientStream stream);

    /** Ends both halves of the stream, unless they have ended. */
    abstract void reset(ClientStream stream);

    /** A frame that the client must answer. */
    abstract Object ping();

    final Channel channel() {
        return channel;
    }

    final Limits limits() {
        return limits;
    }

    /** Done when the connection ended or is to end. */
    final CompletableFuture<Void> ending() {
        return ending;
    }

    /** Runs the task on a thread of its own when the connection ended or is to end. */
    final void whenEnding(Runnable task) {
        ending.thenRunAsync(task, Workers.EXECUTOR);
    }

    /** Makes whoever serves the connection end it, with an error for its client. */
    final void terminate() {
        terminated = true;
        ending.complete(null);
    }

    final boolean terminated() {
        return terminated;
    }

    final void close() {
        channel.close();
    }

    /** Runs the task on the event loop when the connection has ended. */
    final void whenClosed(Runnable task) {
        channel.closeFuture().addListener(closed -> task.run());
    }

    /** Closes the connection once its client did so, after the time at the latest, so that what is on its way arrives. */
    final void closeAfterClient(Duration most) {
        var timer = schedule(most, this::close);
        whenClosed(() -> timer.cancel(false));
    }

    /** Runs the task on the event loop. What the task refers to is held until then, unless it is cancelled. */
    final Future<?> schedule(Duration delay, Runnable task) {
        return channel.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    final void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }

    final void send(Object frame) {
        channel.writeAndFlush(frame);
    }

    /** Answers a ping, unless the client does not read: one that only pings must not fill the memory with answers. */
    final void answer(Object pong) {
        if (channel.isWritable()) {
            send(pong);
        } else {
            ReferenceCountUtil.release(pong);
        }
    }

    /**
     * Sends an answer that can't be left out. Nothing more is read from a client that does not read its answers: one that
     * only asks must not fill the memory with them. To be called on the event loop.
     */
    final void reply(Object frame) {
        send(frame);
        if (!channel.isWritable()) {
            answersWait = true;
            gate.pause();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            answersWait = false;
            resumeIfPossible();
        }
        context.fireChannelWritabilityChanged();
    }

    final void forget(ClientStream stream) {
        streams.remove(stream.id());
    }

    /** Data went in or out. */
    final void moved() {
        lastMoved = System.nanoTime();
    }

    /** To be called on the event loop. */
    final void holds(byte[] part) {
        if (held.addAndGet(part.length + OVERHEAD) > HIGH) {
            gate.pause();
            resumeIfPossible(); // the readers may have taken all since, and did not see that reading had stopped
        }
    }

    final void consumed(byte[] part) {
        if (held.addAndGet(-part.length - OVERHEAD) < LOW && gate.paused()) {
            execute(this::resumeIfPossible);
        }
    }

    private void resumeIfPossible() {
        if (held.get() < LOW && !answersWait) {
            gate.resume();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        var interval = limits.ping().toNanos();
        var check = context.executor().scheduleAtFixedRate(this::check, interval, interval, TimeUnit.NANOSECONDS);
        whenClosed(() -> {
            check.cancel(false);
            end();
        });
    }

    /** A client that left while reading from it has stopped is noticed only by what is written to it. */
    private void check() {
        if (System.nanoTime() - lastMoved > limits.idle().toNanos()) {
            close();
        } else {
            send(ping());
        }
    }

    private void end() {
        List.copyOf(streams.values()).forEach(ClientStream::broken);
        streams.clear();
        ending.complete(null);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        try {
            if (channel.isOpen()) { // the codec passes on what it had read before
                receive(frame);
            }
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        LOG.debugf(failure, "a connection ends early");
        close();
    }
}
