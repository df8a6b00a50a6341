package dev.mayfly.node.kubelet;

import dev.mayfly.node.kubelet.WebSocketSession.Opening;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The protocol that a request's connection changes to: SPDY, which the API server speaks for kubectl, or WebSocket, which it passes
 * through for clients of older protocols. The client sends nothing more before it has the answer.
 */
final class Upgrade {
    private static final String SPDY = "SPDY/3.1";
    private static final String SPDY_PROTOCOL = "X-Stream-Protocol-Version";

    /** Longer frames end the connection; a message may have any number of them. */
    static final int FRAME_BYTES = 128 * 1024;

    private static final WebSocketDecoderConfig FRAMES = WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(FRAME_BYTES)
            .allowExtensions(false)
            .closeOnProtocolViolation(false) // the session does
            .build();

    private final Exchange exchange;
    private final boolean webSocket;
    private final String protocol;

    private Upgrade(Exchange exchange, boolean webSocket, String protocol) {
        this.exchange = exchange;
        this.webSocket = webSocket;
        this.protocol = protocol;
    }

    /**
     * The upgrade that the request asks for.
     *
     * @param spdy the only protocol over SPDY
     * @param webSocket those over WebSocket; an empty one is for clients that name none
     * @throws RequestRefused if it asks for neither, or for other protocols
     */
    static Upgrade of(Exchange exchange, String spdy, Set<String> webSocket) throws RequestRefused {
        var request = exchange.request();
        if (asks(request, HttpHeaderValues.WEBSOCKET)) {
            return new Upgrade(exchange, true, agreed(request, webSocket));
        }
        if (!asks(request, SPDY)) {
            throw RequestRefused.bad("unable to upgrade: send 'Connection: Upgrade' and 'Upgrade: " + SPDY
                    + "' or 'Upgrade: " + HttpHeaderValues.WEBSOCKET + "'");
        }
        if (!offered(request, SPDY_PROTOCOL).contains(spdy)) {
            throw unknown(List.of(spdy), SPDY_PROTOCOL);
        }
        return new Upgrade(exchange, false, spdy);
    }

    private static boolean asks(HttpRequest request, CharSequence what) {
        var headers = request.headers();
        return headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.contains(HttpHeaderNames.UPGRADE, what, true);
    }

    private static String agreed(HttpRequest request, Set<String> protocols) throws RequestRefused {
        var headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)
                || !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                || !WebSocketVersion.V13
                        .toHttpHeaderValue()
                        .equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            throw RequestRefused.bad(
                    "unable to upgrade: send GET with 'Sec-WebSocket-Key' and 'Sec-WebSocket-Version: 13'");
        }
        var offered = offered(request, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        for (var each : offered.isEmpty() ? List.of("") : offered) {
            if (protocols.contains(each)) {
                return each;
            }
        }
        var named = protocols.stream().filter(each -> !each.isEmpty()).sorted().toList();
        throw unknown(named, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    }

    private static List<String> offered(HttpRequest request, CharSequence header) {
        return request.headers().getAll(header).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static RequestRefused unknown(List<String> known, CharSequence header) {
        return new RequestRefused(
                HttpResponseStatus.FORBIDDEN,
                "unable to upgrade: this node speaks " + String.join(", ", known)
                        + ", which is not among the request's " + header);
    }

    /** Over this protocol; empty if a WebSocket client named none. */
    String protocol() {
        return protocol;
    }

    boolean webSocket() {
        return webSocket;
    }

    /**
     * Answers, and makes the session.
     *
     * @param begin is told the session, on the event loop, before its first stream
     * @param opened takes a new stream, on the event loop; false: it is reset
     * @param openings the streams of WebSocket; a SPDY client opens its own
     */
    void start(Limits limits, Consumer<StreamSession> begin, Predicate<ClientStream> opened, List<Opening> openings) {
        exchange.handOver(context -> {
            if (webSocket) {
                var session = webSocket(context, limits);
                begin.accept(session);
                session.open(openings, opened);
            } else {
                spdy(context, limits, begin, opened);
            }
        });
    }

    private void spdy(
            ChannelHandlerContext context,
            Limits limits,
            Consumer<StreamSession> begin,
            Predicate<ClientStream> opened) {
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        answer.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, SPDY)
                .set(SPDY_PROTOCOL, protocol);
        context.writeAndFlush(answer);
        var gate = new ReadGate();
        var session = new SpdySession(context.channel(), limits, gate, opened);
        begin.accept(session);
        var pipeline = context.pipeline().addLast(gate, new BoundedSpdyCodec(), session);
        pipeline.remove(context.handler());
        pipeline.remove(IdleStateHandler.class);
        pipeline.remove(HttpServerCodec.class);
    }

    private WebSocketSession webSocket(ChannelHandlerContext context, Limits limits) {
        var pipeline = context.pipeline();
        var gate = new ReadGate();
        var halfClose = protocol.equals(RemoteCommand.HALF_CLOSE);
        var session = new WebSocketSession(context.channel(), limits, gate, halfClose);
        pipeline.addBefore(pipeline.context(HttpServerCodec.class).name(), null, gate);
        // puts its codec there, and takes HTTP's away once the answer is written
        new WebSocketServerHandshaker13(null, protocol.isEmpty() ? null : protocol, FRAMES)
                .handshake(context.channel(), request());
        pipeline.addLast(session);
        pipeline.remove(context.handler());
        pipeline.remove(IdleStateHandler.class);
        return session;
    }

    /** As the handshake needs it: with the one protocol. */
    private FullHttpRequest request() {
        var asked = exchange.request();
        var headers = asked.headers().copy();
        if (!protocol.isEmpty()) {
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        return new DefaultFullHttpRequest(
                asked.protocolVersion(),
                asked.method(),
                asked.uri(),
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE);
    }
}
