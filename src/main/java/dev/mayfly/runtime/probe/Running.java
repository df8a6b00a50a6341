package dev.mayfly.runtime.probe;

import io.netty.channel.Channel;

/** A question that is being asked over the network; has one connection at a time. On the loop's thread. */
final class Running {
    private Channel channel;
    private boolean over;

    /** Goes on over this connection; the one before is closed. */
    void over(Channel next) {
        close();
        channel = next;
        if (over) {
            close();
        }
    }

    /** True while that connection is the one. */
    boolean isOn(Channel one) {
        return channel == one;
    }

    /** Closes what is open. @return false where it was over already */
    boolean end() {
        var first = !over;
        over = true;
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
