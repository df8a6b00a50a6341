package dev.mayfly.node.kubelet;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A connection that speaks HTTP: one request after the other, without bodies, each served by a thread of its own. Anything
 * else ends it, without an answer: nobody is known yet who would get one. All of it runs on the event loop.
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = Logger.getLogger(HttpConnection.class);

    private final Routes routes;
    private final Limits limits;
    private HttpRequest head;
    /** Serves the request; null if there is none. */
    private Thread serving;

    private Future<?> deadline;

    HttpConnection(Routes routes, Limits limits) {
        this.routes = routes;
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        await(context, limits.head());
    }

    private void await(ChannelHandlerContext context, Duration time) {
        deadline = context.executor().schedule(() -> context.close(), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (serving != null
                || part.decoderResult().isFailure()
                || part instanceof HttpContent body && body.content().isReadable()) {
            context.close();
            return;
        }
        if (part instanceof HttpRequest request) {
            head = request;
        }
        if (part instanceof LastHttpContent) {
            deadline.cancel(false);
            var tls = context.pipeline().get(SslHandler.class).engine().getSession();
            var exchange = new Exchange(context, head, last -> finished(context, last));
            serving = Workers.start(() -> routes.serve(exchange, tls));
        }
    }

    private void finished(ChannelHandlerContext context, ChannelFuture last) {
        serving = null;
        if (HttpUtil.isKeepAlive(head)) {
            await(context, limits.keepAlive());
        } else {
            last.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Interrupts the thread that waits for the engine: nobody is there to be answered. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.cancel(false);
        if (serving != null) {
            serving.interrupt();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        LOG.debugf(failure, "a connection ends early");
        context.close();
    }
}
