package dev.mayfly.node.kubelet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * WebSocket with Kubernetes' channels: a message's first byte is the number of its stream. All streams are there from the
 * beginning, and once the last one's output ended, so does the connection. Messages of any length are passed on frame by
 * frame.
 */
final class WebSocketSession extends StreamSession {
    private static final Logger LOG = Logger.getLogger(WebSocketSession.class);
    /** A message on this channel names channels whose input ended. */
    private static final int CLOSE = 255;

    private static final int UNKNOWN = -1;
    /** For the client to answer the close frame. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    /** The same, for a client that broke the protocol: closed at once, it may never read why. */
    private static final Duration VIOLATION_CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final boolean halfClose;
    /** Streams whose output goes on. Used on the event loop, as the next two. */
    private final Set<ClientStream> unfinished = new HashSet<>();
    /** Of the message whose frames come now. */
    private int current = UNKNOWN;

    private boolean closing;

    /**
     * A stream to begin with.
     *
     * @param headers as a SPDY client would send them
     * @param greeting the first message to the client, which may have no bytes; empty: none is sent
     */
    record Opening(int channel, Map<String, String> headers, Optional<byte[]> greeting) {}

    /** @param halfClose whether the protocol lets clients end a single channel */
    WebSocketSession(Channel channel, Limits limits, ReadGate gate, boolean halfClose) {
        super(channel, limits, gate);
        this.halfClose = halfClose;
    }

    /** To be called on the event loop, once. @param opened takes a new stream; false: it is ignored */
    void open(List<Opening> channels, Predicate<ClientStream> opened) {
        if (!channel().isOpen()) {
            return; // the client has left: nothing would end these streams
        }
        for (var each : channels) {
            var stream = new ClientStream(this, each.channel(), each.headers()::get);
            streams.put(each.channel(), stream);
            unfinished.add(stream);
        }
        for (var each : channels) {
            each.greeting().ifPresent(bytes -> send(data(each.channel(), Unpooled.wrappedBuffer(bytes))));
            var stream = streams.get(each.channel());
            if (!opened.test(stream)) {
                reset(stream);
            }
        }
    }

    @Override
    Object data(int stream, ByteBuf bytes) {
        return new BinaryWebSocketFrame(
                Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(new byte[] {(byte) stream}), bytes));
    }

    @Override
    void endOutput(ClientStream stream) {
        if (unfinished.remove(stream) && unfinished.isEmpty() && !closing) {
            closing = true;
            send(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
            closeAfterClient(CLOSE_TIMEOUT);
        }
    }

    @Override
    void reset(ClientStream stream) {
        if (streams.remove(stream.id(), stream)) {
            stream.broken();
            endOutput(stream);
        }
    }

    @Override
    Object ping() {
        return new PingWebSocketFrame();
    }

    @Override
    void receive(Object frame) {
        switch (frame) {
            case PingWebSocketFrame ping ->
                answer(new PongWebSocketFrame(ping.content().retain()));
            case PongWebSocketFrame pong -> LOG.tracef("a client is still there");
            case CloseWebSocketFrame close -> leave();
            case WebSocketFrame data -> receive(data);
            default -> LOG.tracef("no frame: %s", frame);
        }
    }

    private void receive(WebSocketFrame data) {
        moved();
        var content = data.content();
        if (!(data instanceof ContinuationWebSocketFrame)) {
            current = UNKNOWN;
        }
        if (current == UNKNOWN && content.isReadable()) {
            current = content.readUnsignedByte();
        }
        if (!content.isReadable()) {
            return;
        }
        var stream = streams.get(current);
        if (stream != null) {
            stream.received(ByteBufUtil.getBytes(content));
        } else if (current == CLOSE && halfClose) {
            endInput(content.readUnsignedByte());
        }
    }

    private void endInput(int channel) {
        var stream = streams.get(channel);
        if (stream != null) {
            stream.inputEnded();
        }
    }

    private void leave() {
        if (closing) {
            close();
        } else {
            end(WebSocketCloseStatus.NORMAL_CLOSURE);
        }
    }

    /** Says that the connection ends, and ends it. */
    private void end(WebSocketCloseStatus status) {
        closing = true;
        channel().writeAndFlush(new CloseWebSocketFrame(status)).addListener(ChannelFutureListener.CLOSE);
    }

    /** A frame that is too long, or none, is told to the client. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof CorruptedWebSocketFrameException violation && !closing) {
            LOG.debugf(failure, "a connection ends early");
            closing = true;
            channel().writeAndFlush(new CloseWebSocketFrame(violation.closeStatus()));
            closeAfterClient(VIOLATION_CLOSE_TIMEOUT);
        } else {
            super.exceptionCaught(context, failure);
        }
    }
}
