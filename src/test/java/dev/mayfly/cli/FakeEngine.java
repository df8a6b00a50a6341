package dev.mayfly.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine's or a cluster's API that gives fixed answers; of several that fit, the one of the longest path. */
final class FakeEngine implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> answers =
            new ConcurrentHashMap<>(Map.of("/version", "{\"ApiVersion\":\"1.41\"}"));

    /** By the end of the request's path, the status in place of 200. */
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    private final List<String> writes = new CopyOnWriteArrayList<>();
    private final List<String> reads = new CopyOnWriteArrayList<>();

    FakeEngine() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", call -> {
            var path = call.getRequestURI().getPath();
            if (call.getRequestMethod().equals("GET")) {
                reads.add(call.getRequestURI().toString());
            } else {
                writes.add(call.getRequestMethod() + " " + path + " "
                        + call.getRequestURI().getQuery() + " "
                        + new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            }
            var method = call.getRequestMethod() + " ";
            var answer = answers.entrySet().stream()
                    .filter(entry -> path.endsWith(entry.getKey())
                            || entry.getKey().startsWith(method)
                                    && path.endsWith(entry.getKey().substring(method.length())))
                    .max(Comparator.<Map.Entry<String, String>, Boolean>comparing(
                                    entry -> entry.getKey().startsWith(method))
                            .thenComparing(entry -> entry.getKey().length()))
                    .map(entry -> entry.getValue().getBytes(StandardCharsets.UTF_8));
            var body = answer.orElse("{\"message\":\"no such thing\"}".getBytes(StandardCharsets.UTF_8));
            call.getResponseHeaders().add("Content-Type", "application/json");
            var found = answer.isPresent() ? 200 : 404;
            var status = failures.entrySet().stream()
                    .filter(failure -> path.endsWith(failure.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
            call.sendResponseHeaders(status.orElse(found), body.length);
            call.getResponseBody().write(body);
            call.close();
        });
        server.start();
    }

    /** @param path the end of the request's path, behind a method and a space if only that is answered @param json may have single quotes */
    FakeEngine answer(String path, String json) {
        answers.put(path, json.replace('\'', '"'));
        return this;
    }

    /** @param path the end of the request's path: the caller may not read that */
    FakeEngine refuse(String path) {
        failures.put(path, 403);
        return this;
    }

    /** @param path the end of the request's path: the engine fails there */
    FakeEngine fail(String path) {
        failures.put(path, 500);
        return this;
    }

    FakeEngine withContainer(String id, String name) {
        return answer(
                        "/containers/" + id + "/json",
                        "{'Id':'%s','Name':'/%s','Created':'2026-01-01T00:00:00Z','Image':'sha256:aa','State':{'Status':'running'},'Config':{'Image':'busybox:1.36','Labels':{'team':'shop'}},'HostConfig':{},'Mounts':[]}"
                                .formatted(id, name))
                .answer("/containers/" + id + "/changes", "[{'Path':'/srv/" + name + "','Kind':1}]");
    }

    /** Requests that are no GET: method, path, query and body. */
    List<String> writes() {
        return writes;
    }

    /** Requests that are GET: path and query, as sent. */
    List<String> reads() {
        return reads;
    }

    String address() {
        return "tcp://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
