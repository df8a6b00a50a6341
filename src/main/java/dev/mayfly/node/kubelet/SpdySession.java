package dev.mayfly.node.kubelet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * SPDY/3.1 as the library that the kubelet and kubectl have speaks it: without SPDY's flow control, for which Netty's own
 * session would wait for ever.
 */
final class SpdySession extends StreamSession {
    private static final Logger LOG = Logger.getLogger(SpdySession.class);
    /** Pings of a server have even numbers, those of clients odd ones. */
    private static final int OUR_PING = 2;

    private final Predicate<ClientStream> opened;
    private int lastId;

    /** @param opened takes a new stream, on the event loop; false: it is reset */
    SpdySession(Channel channel, Limits limits, ReadGate gate, Predicate<ClientStream> opened) {
        super(channel, limits, gate);
        this.opened = opened;
    }

    @Override
    Object data(int stream, ByteBuf bytes) {
        return new DefaultSpdyDataFrame(stream, bytes);
    }

    @Override
    void endOutput(ClientStream stream) {
        var last = new DefaultSpdyDataFrame(stream.id());
        last.setLast(true);
        send(last);
    }

    @Override
    void reset(ClientStream stream) {
        reset(stream, SpdyStreamStatus.CANCEL);
    }

    private void reset(ClientStream stream, SpdyStreamStatus status) {
        if (streams.remove(stream.id(), stream)) {
            stream.broken();
            reply(new DefaultSpdyRstStreamFrame(stream.id(), status));
        }
    }

    @Override
    Object ping() {
        return new DefaultSpdyPingFrame(OUR_PING);
    }

    @Override
    void receive(Object frame) {
        switch (frame) {
            case SpdySynStreamFrame begin -> open(begin);
            case SpdyDataFrame data -> receive(data);
            case SpdyRstStreamFrame reset -> {
                var stream = streams.remove(reset.streamId());
                if (stream != null) {
                    stream.broken();
                }
            }
            case SpdyPingFrame ping when ping.id() % 2 != 0 -> answer(new DefaultSpdyPingFrame(ping.id()));
            default -> LOG.tracef("a frame that needs no answer: %s", frame);
        }
    }

    private void open(SpdySynStreamFrame begin) {
        var id = begin.streamId();
        if (begin.isInvalid() || begin.isTruncated() || id % 2 == 0 || id <= lastId) {
            close();
            return;
        }
        lastId = id;
        if (streams.size() >= limits().streams()) {
            reply(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.REFUSED_STREAM));
            return;
        }
        var stream = new ClientStream(this, id, begin.headers()::get);
        streams.put(id, stream);
        if (!opened.test(stream)) {
            reset(stream, SpdyStreamStatus.REFUSED_STREAM);
            return;
        }
        var answer = new DefaultSpdySynReplyFrame(id);
        answer.headers()
                .set("accepted", "1"); // without any, Netty writes none of the block's bytes, for which clients wait
        reply(answer);
        if (begin.isLast()) {
            stream.inputEnded();
        }
    }

    private void receive(SpdyDataFrame data) {
        moved();
        var stream = streams.get(data.streamId());
        if (stream != null) {
            if (data.content().isReadable()) {
                stream.received(ByteBufUtil.getBytes(data.content()));
            }
            if (data.isLast()) {
                stream.inputEnded();
            }
        }
    }
}
