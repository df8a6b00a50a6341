package dev.mayfly.runtime.probe;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Connects and lets go. */
final class TcpTry {
    private TcpTry() {}

    static void begin(EventLoop loop, InetSocketAddress to, Running running, Consumer<Answer> answered) {
        var channel = new NioSocketChannel();
        channel.config().setConnectTimeoutMillis(0); // the probe's own timeout ends it
        loop.register(channel);
        running.over(channel);
        channel.connect(to)
                .addListener((ChannelFuture connected) -> answered.accept(
                        connected.isSuccess() ? Answer.SUCCESS : Answer.failure(": " + words(connected.cause()))));
    }

    /** Without the address, which the question names. */
    static String words(Throwable failure) {
        var text = String.valueOf(failure.getMessage());
        var address = text.indexOf(": /");
        return address > 0 ? text.substring(0, address) : text;
    }
}
