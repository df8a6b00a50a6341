package dev.mayfly.probe;

import dev.mayfly.probe.NetworkProbes.TcpProbe;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads one reply, and no more of its body than the kubelet does. */
final class HttpReply extends SimpleChannelInboundHandler<HttpObject> {
    /** Bytes of the body that the kubelet reads at most (pkg/probe/http). */
    private static final int MAX_READ_BYTES = 10 << 10;

    private final Consumer<HttpReply> read;
    private final Consumer<String> broken;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
    private int status;
    private String location = "";
    private int length;

    /**
     * @param read called when the reply was read
     * @param broken called with the reason if there is no reply; both may be called more than once, the first call
     *     counts
     */
    HttpReply(Consumer<HttpReply> read, Consumer<String> broken) {
        this.read = read;
        this.broken = broken;
    }

    int status() {
        return status;
    }

    /** The {@code Location} header; empty if there is none. */
    String location() {
        return location;
    }

    /** The beginning of the body, at most {@link Answer#MOST} bytes; empty for a status below 400. */
    String body() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            broken.accept("the reply is not valid HTTP");
            return;
        }
        if (part instanceof HttpResponse response && response.status().code() >= 200) {
            status = response.status().code();
            location = response.headers().get(HttpHeaderNames.LOCATION, "");
        }
        if (part instanceof HttpContent content && status != 0) {
            keep(content);
            if (content instanceof LastHttpContent || length >= MAX_READ_BYTES) {
                read.accept(this);
            }
        }
    }

    private void keep(HttpContent content) {
        var bytes = content.content();
        length += bytes.readableBytes();
        var room = Math.min(bytes.readableBytes(), Answer.MOST - kept.size());
        if (status >= 400 && room > 0) {
            var some = new byte[room];
            bytes.getBytes(bytes.readerIndex(), some);
            kept.writeBytes(some);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken.accept("the connection ended before the answer did");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken.accept(TcpProbe.message(cause));
    }
}
