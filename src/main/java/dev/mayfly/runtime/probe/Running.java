package dev.mayfly.runtime.probe;

import io.netty.channel.Channel;

/** A network probe attempt in progress, with one connection at a time. Confined to the event loop's thread. */
final class Running {
    private Channel channel;
    private boolean ended;

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
