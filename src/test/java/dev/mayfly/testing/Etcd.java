package dev.mayfly.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The etcd inside the tests' API server container, spoken to over its JSON gateway (etcd: {@code /v3/…}) from within that
 * container's network. An API server that keeps its objects elsewhere has none.
 */
public final class Etcd {
    private static final String LISTENS = "--listen-client-urls=";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final long server;
    private final String url;

    private Etcd(long server, String url) {
        this.server = server;
        this.url = url;
    }

    /** @param server process id of the API server container's PID 1 */
    static Optional<Etcd> below(long server) {
        return ProcessHandle.of(server).stream()
                .flatMap(ProcessHandle::descendants)
                .flatMap(process -> process.info().arguments().stream())
                .flatMap(java.util.Arrays::stream)
                .filter(argument -> argument.startsWith(LISTENS))
                .map(argument -> new Etcd(server, argument.substring(LISTENS.length())))
                .findFirst();
    }

    /** Drops every earlier revision of every object, and the pages that held them. */
    public void compactAndDefragment() {
        var revision = first(call("/v3/kv/range", "{\"key\": \"AA==\"}")).at("/header/revision");
        call("/v3/kv/compaction", "{\"revision\": \"" + revision.asText() + "\", \"physical\": true}");
        call("/v3/maintenance/defragment", "{}");
    }

    /** The snapshot that {@code etcdctl snapshot save} would write. */
    public byte[] snapshot() {
        var snapshot = new ByteArrayOutputStream();
        try (var parts = JSON.readerFor(JsonNode.class).<JsonNode>readValues(call("/v3/maintenance/snapshot", "{}"))) {
            while (parts.hasNext()) {
                snapshot.writeBytes(parts.next().at("/result/blob").binaryValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return snapshot.toByteArray();
    }

    private JsonNode first(byte[] answer) {
        try {
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] call(String path, String body) {
        var files = Path.of("/proc", Long.toString(server), "root/var/lib/kube");
        try {
            var answer = Files.createTempFile("etcd", ".json");
            var call = new ProcessBuilder(
                            "nsenter",
                            "--net=/proc/" + server + "/ns/net",
                            "curl",
                            "-sSf",
                            "--cacert",
                            files + "/etcd-ca.crt",
                            "--cert",
                            files + "/etcd.crt",
                            "--key",
                            files + "/etcd.key",
                            "--data",
                            body,
                            url + path)
                    .redirectOutput(answer.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var code = call.waitFor();
            var content = Files.readAllBytes(answer);
            Files.delete(answer);
            if (code != 0) {
                throw new AssertionError("etcd " + path + ": curl ended with " + code);
            }
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
