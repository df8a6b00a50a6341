package dev.mayfly.runtime.docker.engine;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;

/**
 * A connection to the engine. Calls block, for ever if need be. One thread may read while another writes; closing it
 * ends both, and so does an interrupt of a virtual thread.
 */
interface EngineLine extends Closeable {
    /** Bytes that one call moves at most: the JDK keeps a buffer of that size for each thread. */
    int MOST = 1 << 16;

    void connect() throws IOException;

    /** @return how many bytes were read, at least 1; -1 at the end */
    int read(byte[] into, int offset, int length) throws IOException;

    void write(byte[] bytes, int offset, int length) throws IOException;

    /** No more is written. The engine's side stays open. */
    void closeOutput() throws IOException;

    /** Over a socket of this machine, or plain TCP. */
    record Plain(SocketChannel channel, SocketAddress address) implements EngineLine {
        @Override
        public void connect() throws IOException {
            channel.connect(address);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(into, offset, Math.min(length, MOST)));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (var done = 0; done < length; ) {
                done += channel.write(ByteBuffer.wrap(bytes, offset + done, Math.min(length - done, MOST)));
            }
        }

        @Override
        public void closeOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Over TLS. The engine's certificate must be for the address's name. */
    record Tls(SSLSocket socket, InetSocketAddress address) implements EngineLine {
        @Override
        public void connect() throws IOException {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.connect(address);
            socket.startHandshake();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return socket.getInputStream().read(into, offset, length);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.getOutputStream().write(bytes, offset, length);
        }

        @Override
        public void closeOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
