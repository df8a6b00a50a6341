package dev.mayfly.node.kubelet;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One request and its answer, which is one of {@link #answer}, {@link #body} and {@link #handOver}. Used by one thread. */
final class Exchange {
    static final String TEXT = "text/plain; charset=utf-8";

    private final ChannelHandlerContext context;
    private final HttpRequest request;
    private final Consumer<ChannelFuture> finished;
    private boolean begun;

    /** @param finished told on the event loop when the answer's end is being written */
    Exchange(ChannelHandlerContext context, HttpRequest request, Consumer<ChannelFuture> finished) {
        this.context = context;
        this.request = request;
        this.finished = finished;
    }

    HttpRequest request() {
        return request;
    }

    /** Whether a part of the answer was sent, so that no other can be. */
    boolean begun() {
        return begun;
    }

    void answer(HttpResponseStatus status, String type, String body) {
        begun = true;
        var bytes = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, bytes);
        answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes());
        end(head(answer, type));
    }

    /** So that the next request is served only after this one. */
    private void end(Object last) {
        context.executor().execute(() -> finished.accept(context.writeAndFlush(last)));
    }

    private HttpResponse head(HttpResponse answer, String type) {
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set("X-Content-Type-Options", "nosniff");
        HttpUtil.setKeepAlive(answer, HttpUtil.isKeepAlive(request));
        return answer;
    }

    /** Makes the answer the connection's last one. To be called before it. */
    void isLast() {
        HttpUtil.setKeepAlive(request, false);
    }

    /** The connection that the request came by. */
    Channel connection() {
        return context.channel();
    }

    /** Returns when the connection has ended. */
    void awaitEnd() {
        var ended = new CompletableFuture<Void>();
        context.channel().closeFuture().addListener(closed -> ended.complete(null));
        ended.join();
    }

    /** Ends the connection, so that the client sees that the answer is not whole. */
    void abort() {
        context.channel().close();
    }

    /** A successful answer of any length, whose head goes out with its first byte. {@code close} says that it is whole. */
    OutputStream body(String type) {
        return new Body(type);
    }

    private final class Body extends OutputStream {
        private final String type;
        private final ChannelOutput output = new ChannelOutput(context.channel(), DefaultHttpContent::new);

        Body(String type) {
            this.type = type;
        }

        private void begin() {
            if (!begun) {
                begun = true;
                var answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                answer.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
                context.channel().writeAndFlush(head(answer, type));
            }
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                begin();
                output.write(bytes, offset, length);
            }
        }

        @Override
        public void close() throws IOException {
            begin();
            output.drain();
            end(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** Hands the connection over, on the event loop, to what answers in place of this. */
    void handOver(Consumer<ChannelHandlerContext> to) {
        begun = true;
        context.executor().execute(() -> to.accept(context));
    }
}
