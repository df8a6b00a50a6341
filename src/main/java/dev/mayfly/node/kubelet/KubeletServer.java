package dev.mayfly.node.kubelet;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.node.PodDirectory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The kubelet's HTTPS API, for the API server and for metrics-server: {@code /healthz}, {@code /containerLogs}, {@code
 * /exec}, {@code /attach}, {@code /portForward}, {@code /metrics/resource} and {@code /stats/summary}; and the operator's own
 * {@code /metrics}. Who sends a request
 * is known by a client certificate or a bearer token, and what they may by the cluster's answer, also for the API server.
 */
public final class KubeletServer implements AutoCloseable {
    private static final int LOOPS = 2;
    /**
     * TLS handshakes that are computed at a time, which anybody may ask for: two of an address at most, one of the next. The
     * rest wait, by address in turn, up to the time for the head of a request.
     */
    private static final int HANDSHAKES = 3;

    /** The JVM's quick compiler, with which the operator makes do, gets five times as much out of it as out of AES-GCM. */
    private static final String FASTEST = "TLS_CHACHA20_POLY1305_SHA256";

    private static final int TLS_SESSIONS = 1000;
    private static final Duration TLS_SESSION = Duration.ofHours(1);
    private static final int LOW_WATER = 64 * 1024;
    private static final int HIGH_WATER = 256 * 1024;
    /** For streams to end with an error before their connections are closed. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

    private final Routes routes;
    private final Usages usages;
    private final Limits limits;
    private final Admissions admissions;
    private final FairExecutor handshakes;
    private final NioEventLoopGroup loops = new NioEventLoopGroup(LOOPS, new DefaultThreadFactory("kubelet", true));
    private final ChannelGroup connections = new DefaultChannelGroup(loops.next(), true);
    private volatile SslContext tls;
    private volatile Channel listener;

    /**
     * @param metrics the operator's own, in Prometheus' text format, version 0.0.4
     * @param node name of the node, as {@code /stats/summary} shows it
     * @param local whether the engine is on this host: the kernel's counters are then what the node uses
     */
    public KubeletServer(PodDirectory pods, Reviews reviews, Supplier<String> metrics, String node, boolean local) {
        this(
                pods,
                reviews,
                metrics,
                new NodeUsage(node, local),
                Limits.DEFAULT,
                new FairExecutor("kubelet-tls", HANDSHAKES));
    }

    /** @param handshakes computes those of TLS; is closed with the server */
    KubeletServer(
            PodDirectory pods,
            Reviews reviews,
            Supplier<String> metrics,
            NodeUsage node,
            Limits limits,
            FairExecutor handshakes) {
        this.usages = new Usages(pods, node);
        this.limits = limits;
        this.handshakes = handshakes;
        this.admissions = new Admissions(limits.connections(), limits.strangers());
        this.routes = new Routes(pods, reviews, usages, metrics, admissions, limits);
    }

    /**
     * Listens. May be called again after a failure, and not after {@link #close}.
     *
     * @param port 0: any free one
     * @return the port
     * @throws IOException if the port is taken, or the identity can't be used
     */
    public int start(InetAddress address, int port, Identity identity) throws IOException {
        identity(identity);
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .childHandler(new Connections())
                .bind(address, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't listen at " + address.getHostAddress() + ":" + port + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listener = bound.channel();
        return port();
    }

    /** The identity for new connections. @throws IOException if it can't be used; then the former one stays */
    public void identity(Identity renewed) throws IOException {
        tls = SslContextBuilder.forServer(renewed.key(), renewed.chain())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(null, (asked, usual, supported) -> fastestFirst(usual, supported))
                .trustManager(renewed.clientCas())
                .clientAuth(renewed.clientCas().isEmpty() ? ClientAuth.NONE : ClientAuth.OPTIONAL)
                .sessionCacheSize(TLS_SESSIONS)
                .sessionTimeout(TLS_SESSION.toSeconds())
                .build();
    }

    /** In the order in which the server chooses. */
    private static String[] fastestFirst(List<String> usual, Set<String> supported) {
        return Stream.concat(Stream.of(FASTEST), usual.stream())
                .filter(supported::contains)
                .distinct()
                .toArray(String[]::new);
    }

    /** The port that it listens at; 0 before {@link #start} and after {@link #close}. */
    public int port() {
        var open = listener;
        return open != null && open.isOpen() ? ((InetSocketAddress) open.localAddress()).getPort() : 0;
    }

    /** Stops listening and ends all streams with an error; takes 2 s at most. Idempotent. */
    @Override
    public void close() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        for (var connection : connections) {
            var session = connection.pipeline().get(StreamSession.class);
            if (session == null) {
                connection.close();
            } else {
                session.terminate();
            }
        }
        connections.newCloseFuture().awaitUninterruptibly(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        connections.close().awaitUninterruptibly(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        usages.close();
        handshakes.close();
        loops.shutdownGracefully(0, SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** By whom the threads for handshakes are shared. */
    static OwnerId source(InetAddress address) {
        return new OwnerId("Address", address.getHostAddress(), "", "");
    }

    private final class Connections extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel connection) {
            connections.add(connection);
            if (!admissions.enter(connection)) {
                connection.close();
                return;
            }
            var source = source(((InetSocketAddress) connection.remoteAddress()).getAddress());
            var handshake = tls.newHandler(
                    connection.alloc(),
                    task -> handshakes.execute(source, () -> {
                        if (connection.isOpen()) {
                            task.run();
                        }
                    }));
            handshake.setHandshakeTimeoutMillis(limits.head().toMillis());
            var heads = new HttpDecoderConfig()
                    .setMaxInitialLineLength(Limits.HEAD_BYTES)
                    .setMaxHeaderSize(Limits.HEAD_BYTES);
            connection
                    .pipeline()
                    .addLast(
                            handshake,
                            new HttpServerCodec(heads),
                            new IdleStateHandler(0, 0, limits.idle().toMillis(), TimeUnit.MILLISECONDS),
                            new HttpConnection(routes, limits));
        }
    }
}
