package dev.mayfly.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An engine's API that gives fixed answers. */
final class FakeEngine implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> answers =
            new ConcurrentHashMap<>(Map.of("/version", "{\"ApiVersion\":\"1.41\"}"));

    FakeEngine() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", call -> {
            var path = call.getRequestURI().getPath();
            var answer = answers.entrySet().stream()
                    .filter(entry -> path.endsWith(entry.getKey()))
                    .map(entry -> entry.getValue().getBytes(StandardCharsets.UTF_8))
                    .findFirst();
            var body = answer.orElse("{\"message\":\"no such thing\"}".getBytes(StandardCharsets.UTF_8));
            call.getResponseHeaders().add("Content-Type", "application/json");
            call.sendResponseHeaders(answer.isPresent() ? 200 : 404, body.length);
            call.getResponseBody().write(body);
            call.close();
        });
        server.start();
    }

    /** @param path the end of the request's path @param json may have single quotes */
    FakeEngine answer(String path, String json) {
        answers.put(path, json.replace('\'', '"'));
        return this;
    }

    FakeEngine withContainer(String id, String name) {
        return answer(
                        "/containers/" + id + "/json",
                        "{'Id':'%s','Name':'/%s','Created':'2026-01-01T00:00:00Z','Image':'sha256:aa','State':{'Status':'running'},'Config':{'Image':'busybox:1.36','Labels':{'team':'shop'}},'HostConfig':{},'Mounts':[]}"
                                .formatted(id, name))
                .answer("/containers/" + id + "/changes", "[{'Path':'/srv/" + name + "','Kind':1}]");
    }

    String address() {
        return "tcp://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
