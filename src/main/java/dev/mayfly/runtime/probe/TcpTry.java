package dev.mayfly.runtime.probe;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A TCP probe attempt: connects and closes the connection. */
final class TcpTry {
    private TcpTry() {}

    static void begin(EventLoop loop, InetSocketAddress to, Running running, Consumer<Answer> answered) {
        var channel = new NioSocketChannel();
        channel.config().setConnectTimeoutMillis(0); // the probe's own timeout ends it
        loop.register(channel);
        running.use(channel);
        channel.connect(to)
                .addListener((ChannelFuture connected) -> answered.accept(
                        connected.isSuccess() ? Answer.SUCCESS : Answer.failure(": " + message(connected.cause()))));
    }

    /** The failure's message without the address, which the request already names. */
    static String message(Throwable failure) {
        var text = String.valueOf(failure.getMessage());
        var address = text.indexOf(": /");
        return address > 0 ? text.substring(0, address) : text;
    }
}
