package dev.mayfly.node.kubelet;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;

/**
 * Netty's codec, with bounds where it has none: a frame's compressed headers, which inflate a thousandfold, and the
 * settings of a frame, which may be millions.
 */
final class BoundedSpdyCodec extends SpdyFrameCodec {
    /** A longer frame of data is delivered in parts. */
    private static final int DATA_BYTES = 32 * 1024;

    private static final int HEADER_BYTES = 16 * 1024;
    private static final int COMPRESSED_BYTES = 16 * 1024;
    private static final int SETTINGS = 64;
    private static final int COMPRESSION = 6;
    private static final int WINDOW_BITS = 15;
    private static final int MEMORY_LEVEL = 8;

    private int compressed;
    private int settings;

    BoundedSpdyCodec() {
        super(SpdyVersion.SPDY_3_1, DATA_BYTES, HEADER_BYTES, COMPRESSION, WINDOW_BITS, MEMORY_LEVEL);
    }

    @Override
    public void readHeaderBlock(ByteBuf block) {
        compressed += block.readableBytes();
        if (compressed > COMPRESSED_BYTES) {
            block.release();
            throw new TooLongFrameException("headers of a SPDY frame have more than " + COMPRESSED_BYTES + " bytes");
        }
        super.readHeaderBlock(block);
    }

    @Override
    public void readHeaderBlockEnd() {
        compressed = 0;
        super.readHeaderBlockEnd();
    }

    @Override
    public void readSettingsFrame(boolean clearPersisted) {
        settings = 0;
        super.readSettingsFrame(clearPersisted);
    }

    @Override
    public void readSetting(int id, int value, boolean persistValue, boolean persisted) {
        if (++settings > SETTINGS) {
            throw new TooLongFrameException("more than " + SETTINGS + " settings in a SPDY frame");
        }
        super.readSetting(id, value, persistValue, persisted);
    }
}
