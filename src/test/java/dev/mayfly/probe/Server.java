package dev.mayfly.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** Answers each connection with raw bytes computed from the request, then closes it. Records the requests. */
final class Server implements AutoCloseable {
    final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final ServerSocket socket;
    private final UnaryOperator<String> answers;

    private Server(ServerSocket socket, UnaryOperator<String> answers) {
        this.socket = socket;
        this.answers = answers;
    }

    /** @param answers computes the answer from the request; empty to keep the connection open without an answer */
    static Server answering(UnaryOperator<String> answers) {
        return over(plain(), answers);
    }

    static Server over(ServerSocket socket, UnaryOperator<String> answers) {
        var server = new Server(socket, answers);
        Thread.ofVirtual().start(server::serve);
        return server;
    }

    private static ServerSocket plain() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                var one = socket.accept();
                Thread.ofVirtual().start(() -> answer(one));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket one) {
        try {
            var request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                var read = one.getInputStream().read();
                if (read < 0) {
                    one.close();
                    return;
                }
                request.append((char) read);
            }
            requests.add(request.toString());
            var answer = answers.apply(request.toString());
            if (!answer.isEmpty()) {
                one.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                one.close();
            }
        } catch (IOException left) {
            // the client closed the connection early
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
