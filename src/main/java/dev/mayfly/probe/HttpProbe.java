package dev.mayfly.probe;

import dev.mayfly.core.model.Probe.Header;
import dev.mayfly.core.model.Text;
import dev.mayfly.probe.NetworkProbes.PendingProbe;
import dev.mayfly.probe.NetworkProbes.TcpProbe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
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

    /** Those of Go, as the kubelet's. None of finite fields: ffdhe8192 takes hundreds of times as long. */
    private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1", "secp521r1"};

    private final EventLoop loop;
    private final Executor handshakes;
    private final List<Header> headers;
    private final PendingProbe running;
    private final Consumer<Answer> answered;
    private int redirects;

    /**
     * @param handshakes runs what TLS computes, off the loop
     * @param answered called once; the message continues a sentence that begins with the request
     */
    HttpProbe(
            EventLoop loop,
            Executor handshakes,
            List<Header> headers,
            PendingProbe running,
            Consumer<Answer> answered) {
        this.loop = loop;
        this.handshakes = handshakes;
        this.headers = headers;
        this.running = running;
        this.answered = answered;
    }

    /** @param request the request to that URL as {@link HttpTarget#request} encodes it */
    void begin(HttpTarget place, byte[] request) {
        if (place.tls()) {
            handshakes.execute(() -> beginHandshake(place, request));
        } else {
            connect(place, request, Optional.empty());
        }
    }

    /** Generates the keys for the handshake before there is a connection. */
    private void beginHandshake(HttpTarget place, byte[] request) {
        try {
            var engine = Tls.CONTEXT.newEngine(ByteBufAllocator.DEFAULT);
            var parameters = engine.getSSLParameters();
            parameters.setNamedGroups(GROUPS);
            engine.setSSLParameters(parameters);
            engine.beginHandshake();
            loop.execute(() -> connect(place, request, Optional.of(engine)));
        } catch (SSLException failed) {
            loop.execute(() -> answered.accept(Answer.failure(": " + TcpProbe.message(failed))));
        }
    }

    private void connect(HttpTarget place, byte[] request, Optional<SSLEngine> tls) {
        var channel = new NioSocketChannel();
        channel.config().setConnectTimeoutMillis(0); // the probe's own timeout ends it
        loop.register(channel);
        running.use(channel);
        Consumer<String> broken = why -> {
            if (running.isCurrent(channel)) { // not a connection that a redirect replaced
                answered.accept(Answer.failure(": " + why));
            }
        };
        channel.pipeline().addLast(new ReadLimit(broken));
        tls.ifPresent(engine -> {
            var handler = new SslHandler(engine, false, handshakes);
            handler.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(handler);
        });
        channel.pipeline()
                .addLast(new HttpResponseDecoder(LIMITS), new HttpReply(reply -> replied(place, reply), broken));
        running.connect(channel, new InetSocketAddress(place.host(), place.port()))
                .addListener((ChannelFuture connected) -> {
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

    /** Gives a connection up that brings more and more, such as TLS messages or interim replies, and no reply. */
    private static final class ReadLimit extends ChannelInboundHandlerAdapter {
        private static final int MAX_KIBIBYTES = 64;
        private final Consumer<String> broken;
        private int bytes;

        ReadLimit(Consumer<String> broken) {
            this.broken = broken;
        }

        /** The last bytes read at once may go beyond the limit: they may be part of a long body. */
        @Override
        public void channelRead(ChannelHandlerContext context, Object read) {
            if (bytes > MAX_KIBIBYTES << 10) {
                ReferenceCountUtil.release(read);
                broken.accept("it sent more than " + MAX_KIBIBYTES + " KiB without a complete reply");
            } else {
                bytes += ((ByteBuf) read).readableBytes();
                context.fireChannelRead(read);
            }
        }
    }

    /** Created with the first HTTPS probe, because creating it is slow. Netty's cipher suites have no DHE either. */
    private static final class Tls {
        static final SslContext CONTEXT = context();

        private static SslContext context() {
            try {
                return SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .sessionCacheSize(1) // no session is resumed, and each has the certificates of a replica
                        .build();
            } catch (SSLException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
