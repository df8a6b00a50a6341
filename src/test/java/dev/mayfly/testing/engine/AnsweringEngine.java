package dev.mayfly.testing.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** An engine that gives prepared answers, among them those that a real engine can't be made to give. */
public final class AnsweringEngine implements AutoCloseable {
    private static final String EVENTS = "/events";

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Map<String, Runnable> before = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** @param rest how many bytes of the body are promised and never sent */
    private record Answer(int status, String body, int rest) {}

    private record Event(String action, String json) {}

    public AnsweringEngine() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answer("/version", "{\"ApiVersion\":\"1.41\"}");
        answer("/_ping", "OK");
        answer("/info", "{\"ID\":\"engine\",\"NCPU\":1,\"MemTotal\":1000000000,\"DockerRootDir\":\"/nowhere\"}");
        answer("/networks/bridge", "{\"Created\":\"2026-01-01T00:00:00Z\"}");
        answer("/containers/json", "[]");
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** For {@code DOCKER_HOST}. */
    public String address() {
        return "tcp://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param path without the version of the API and without parameters */
    public void answer(String path, String json) {
        answers.put(path, new Answer(200, json, 0));
    }

    public void refuse(String path, String words) {
        answers.put(path, new Answer(500, "{\"message\":\"" + words + "\"}", 0));
    }

    /** The connection ends in the middle of the answer. */
    public void breakOff(String path) {
        answers.put(path, new Answer(200, "{", 1));
    }

    /**
     * Reports an event of a container to whoever follows the events, if it has asked for events of that kind.
     *
     * @param attributes as JSON
     */
    public void report(String action, String container, String attributes) {
        events.add(new Event(action, """
                {"Type":"container","Action":"%s","status":"%s","id":"%s","Actor":{"ID":"%s","Attributes":%s}}
                """.formatted(action, action, container, container, attributes)));
    }

    /** Runs the step each time before it answers that call. @param path as for {@link #answer} */
    public void before(String path, Runnable step) {
        before.put(path, step);
    }

    /** Runs the step before the stream of events begins. */
    public void beforeEvents(Runnable step) {
        before(EVENTS, step);
    }

    /** It takes the call and never answers it. @param path as for {@link #answer} */
    public void hang(String path) {
        before(path, () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** True once it was asked for that. @param path as for {@link #answer} */
    public boolean wasAsked(String path) {
        return asked.contains(path);
    }

    /** It was asked for nothing from now on. */
    public void forgetCalls() {
        asked.clear();
    }

    private void answer(HttpExchange call) throws IOException {
        var path = call.getRequestURI().getPath().replaceFirst("^/v[0-9.]+", "");
        asked.add(path);
        before.getOrDefault(path, () -> {}).run();
        if (path.equals(EVENTS)) {
            call.sendResponseHeaders(200, 0);
            call.getResponseBody().flush();
            sendEvents(call);
        } else {
            var answer = answers.getOrDefault(path, new Answer(404, "{\"message\":\"no such thing\"}", 0));
            var body = answer.body().getBytes(StandardCharsets.UTF_8);
            call.getResponseHeaders().add("Content-Type", "application/json");
            call.sendResponseHeaders(answer.status(), body.length + answer.rest());
            call.getResponseBody().write(body);
        }
        call.close();
    }

    private void sendEvents(HttpExchange call) throws IOException {
        var wanted = call.getRequestURI().getQuery();
        try {
            while (true) {
                var event = events.take();
                if (wanted.contains('"' + event.action() + '"')) {
                    call.getResponseBody().write(event.json().getBytes(StandardCharsets.UTF_8));
                    call.getResponseBody().flush();
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow(); // the stream of events ends
        server.stop(0);
    }
}
