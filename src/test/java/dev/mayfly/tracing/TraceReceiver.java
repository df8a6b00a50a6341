package dev.mayfly.tracing;

import com.sun.net.httpserver.HttpServer;
import dev.mayfly.config.Configs;
import dev.mayfly.runtime.Runtimes;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Receives spans by OTLP over HTTP, of whose messages it reads the fields that tests ask for. */
public final class TraceReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Message> requests = new CopyOnWriteArrayList<>();

    /** @param parent empty for the first span of a trace */
    public record Span(
            String trace, String id, String parent, String name, Map<String, String> attributes, boolean failed) {}

    public TraceReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            requests.add(new Message(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    /** Traces of these runtimes that are sent here, the last of them when it is closed. */
    public Tracing of(Runtimes runtimes) {
        var address = "http://127.0.0.1:" + server.getAddress().getPort();
        var tracing = new Tracing(Configs.of(Map.of("mayfly.tracing.endpoint", address)), "1.2.3");
        tracing.start(new StartupEvent(), runtimes);
        return tracing;
    }

    /** ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans, ScopeSpans.spans. */
    public List<Span> spans() {
        return requests.stream()
                .flatMap(request -> request.messages(1))
                .flatMap(resource -> resource.messages(2))
                .flatMap(scope -> scope.messages(2))
                .map(TraceReceiver::span)
                .toList();
    }

    /** All that arrived, as text. */
    String everything() {
        return requests.stream()
                .map(request -> new String(request.bytes, StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }

    private static Span span(Message span) {
        var attributes = span.messages(9)
                .collect(Collectors.toMap(
                        pair -> pair.text(1),
                        pair -> pair.messages(2)
                                .findFirst()
                                .map(TraceReceiver::value)
                                .orElseThrow()));
        var failed = span.messages(15).anyMatch(status -> status.numbers(3).anyMatch(code -> code == 2));
        return new Span(span.hex(1), span.hex(2), span.hex(4), span.text(5), attributes, failed);
    }

    private static String value(Message any) {
        return any.numbers(3).findFirst().map(String::valueOf).orElseGet(() -> any.text(1));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** A message of Protocol Buffers, whose fields are read by their numbers. */
    private record Message(byte[] bytes) {
        private record Field(int number, long value, byte[] content) {}

        Stream<Message> messages(int number) {
            return fields(number).map(field -> new Message(field.content));
        }

        Stream<Long> numbers(int number) {
            return fields(number).map(Field::value);
        }

        String text(int number) {
            return content(number, content -> new String(content, StandardCharsets.UTF_8));
        }

        String hex(int number) {
            return content(number, HexFormat.of()::formatHex);
        }

        private String content(int number, Function<byte[], String> shown) {
            return fields(number)
                    .findFirst()
                    .map(field -> shown.apply(field.content))
                    .orElse("");
        }

        private Stream<Field> fields(int number) {
            return fields().stream().filter(field -> field.number == number);
        }

        private List<Field> fields() {
            var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            var fields = new ArrayList<Field>();
            while (in.hasRemaining()) {
                var key = (int) varint(in);
                var content = new byte[0];
                var value = 0L;
                switch (key & 7) {
                    case 0 -> value = varint(in);
                    case 1 -> value = in.getLong();
                    case 2 -> {
                        content = new byte[(int) varint(in)];
                        in.get(content);
                    }
                    case 5 -> value = in.getInt();
                    default -> throw new IllegalArgumentException("wire type of " + key);
                }
                fields.add(new Field(key >>> 3, value, content));
            }
            return fields;
        }

        private static long varint(ByteBuffer in) {
            var value = 0L;
            for (var shift = 0; ; shift += 7) {
                var next = in.get();
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
