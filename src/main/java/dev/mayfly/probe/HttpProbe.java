package dev.mayfly.probe;

import dev.mayfly.core.model.Probe.Header;
import dev.mayfly.core.model.Text;
import dev.mayfly.probe.NetworkProbes.PendingProbe;
import dev.mayfly.probe.NetworkProbes.TcpProbe;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * One HTTP probe attempt as the kubelet makes it (pkg/probe/http): it follows redirects to the same host, and no
 * others.
 */
final class HttpProbe {
    private static final int MAX_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    static final HttpDecoderConfig LIMITS = new HttpDecoderConfig()
            .setMaxInitialLineLength(8 << 10)
            .setMaxHeaderSize(16 << 10)
            .setValidateHeaders(false);

    private final EventLoop loop;
    private final List<Header> headers;
    private final PendingProbe running;
    private final Consumer<Answer> answered;
    private int redirects;

    /** @param answered called once; the message continues a sentence that begins with the request */
    HttpProbe(EventLoop loop, List<Header> headers, PendingProbe running, Consumer<Answer> answered) {
        this.loop = loop;
        this.headers = headers;
        this.running = running;
        this.answered = answered;
    }

    /** @param request the request to that URL as {@link HttpTarget#request} encodes it */
    void begin(HttpTarget place, byte[] request) {
        var channel = new NioSocketChannel();
        channel.config().setConnectTimeoutMillis(0); // the probe's own timeout ends it
        loop.register(channel);
        running.use(channel);
        if (place.tls()) {
            var tls = Tls.CONTEXT.newHandler(channel.alloc());
            tls.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(tls);
        }
        channel.pipeline()
                .addLast(new HttpResponseDecoder(LIMITS), new HttpReply(reply -> replied(place, reply), why -> {
                    if (running.isCurrent(channel)) { // not a connection that a redirect replaced
                        answered.accept(Answer.failure(": " + why));
                    }
                }));
        channel.connect(new InetSocketAddress(place.host(), place.port())).addListener((ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                channel.writeAndFlush(Unpooled.wrappedBuffer(request), channel.voidPromise());
            } else {
                answered.accept(Answer.failure(": " + TcpProbe.message(connected.cause())));
            }
        });
    }

    private void replied(HttpTarget place, HttpReply reply) {
        var status = reply.status();
        if (REDIRECTS.contains(status) && !reply.location().isEmpty()) {
            redirected(place, reply);
        } else if (status >= 200 && status < 300) {
            answered.accept(Answer.SUCCESS);
        } else if (status < 400) {
            answered.accept(new Answer(Answer.Outcome.WARNING, " answered " + status + " and leads nowhere"));
        } else {
            var body = reply.body();
            answered.accept(Answer.failure(" answered " + status + (body.isEmpty() ? "" : ": " + body)));
        }
    }

    private void redirected(HttpTarget place, HttpReply reply) {
        HttpTarget next;
        try {
            next = place.resolve(reply.location());
        } catch (IllegalArgumentException nowhere) {
            answered.accept(Answer.failure(" answered " + reply.status() + " with a Location that is no address"));
            return;
        }
        if (!next.host().equals(place.host())) {
            answered.accept(new Answer(
                    Answer.Outcome.WARNING,
                    " answered " + reply.status() + " to another host, which was not probed: "
                            + Text.shortened(next.authority(), Answer.MOST)));
        } else if (++redirects > MAX_REDIRECTS) {
            answered.accept(Answer.failure(" led to more than " + MAX_REDIRECTS + " redirects"));
        } else {
            begin(next, next.request(headers));
        }
    }

    /** Created with the first HTTPS probe, because creating it is slow. */
    private static final class Tls {
        static final SslContext CONTEXT = context();

        private static SslContext context() {
            try {
                return SslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build();
            } catch (SSLException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
