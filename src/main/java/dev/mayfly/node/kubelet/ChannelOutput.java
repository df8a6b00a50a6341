package dev.mayfly.node.kubelet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Writes to a connection, as fast as its client reads. Bytes go out at once if none are under way; those that come
 * meanwhile are sent together, and the writer waits once they are {@value #MOST} bytes. So a stream of many small parts
 * is neither late nor slow, and takes twice that much memory at most.
 */
final class ChannelOutput extends OutputStream {
    static final int MOST = 16 * 1024;

    private final Channel channel;
    private final Function<ByteBuf, Object> message;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** The part that is sent next; null if there is none. */
    private ByteBuf waiting;

    private boolean sending;
    private Throwable failure;

    /** @param message what the connection's codec takes for these bytes */
    ChannelOutput(Channel channel, Function<ByteBuf, Object> message) {
        this.channel = channel;
        this.message = message;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    /** @throws IOException if the connection ended */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            for (var written = 0; written < length; ) {
                await(() -> waiting != null && waiting.maxWritableBytes() == 0);
                if (waiting == null) {
                    waiting = Unpooled.buffer(Math.min(length - written, MOST), MOST);
                }
                var part = Math.min(length - written, waiting.maxWritableBytes());
                waiting.writeBytes(bytes, offset + written, part);
                written += part;
                if (!sending) {
                    send();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all is written to the connection's socket. */
    void drain() throws IOException {
        lock.lock();
        try {
            await(() -> sending);
        } finally {
            lock.unlock();
        }
    }

    private interface Reason {
        boolean toWait();
    }

    private void await(Reason reason) throws IOException {
        try {
            while (failure == null && reason.toWait()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client did not read");
        }
        if (failure != null) {
            throw new IOException("the client's connection ended", failure);
        }
    }

    private void send() {
        var bytes = waiting;
        waiting = null;
        sending = true;
        channel.writeAndFlush(message.apply(bytes)).addListener(this::sent);
    }

    private void sent(Future<? super Void> result) {
        lock.lock();
        try {
            sending = false;
            if (!result.isSuccess()) {
                failure = result.cause();
            } else if (waiting != null) {
                send();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
