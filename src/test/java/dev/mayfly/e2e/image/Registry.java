package dev.mayfly.e2e.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Lane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A real registry on the loopback address, which can be stopped and started again with what it holds. */
public final class Registry implements AutoCloseable {
    private static final Duration SOON = Duration.ofMinutes(3);

    /** As the engine's own image store pushes it, and containerd's. */
    private static final String MANIFESTS =
            "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";

    private final Path directory;
    private final int port;
    /** Of those who may; anything where everybody may. */
    private String authorization = "None";

    private Process process;

    public Registry(Path directory) throws IOException {
        this(directory, Map.of());
    }

    /** @param users who may push and pull, with their passwords; none: everybody may */
    Registry(Path directory, Map<String, String> users) throws IOException {
        this.directory = directory;
        this.port = Lane.freePort();
        Files.writeString(configuration(), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(directory.resolve("data"), port) + guard(users));
    }

    private String guard(Map<String, String> users) throws IOException {
        if (users.isEmpty()) {
            return "";
        }
        var passwords = directory.resolve("htpasswd");
        for (var user : users.entrySet()) {
            var line = Cli.shell("htpasswd -nbB '%s' '%s'".formatted(user.getKey(), user.getValue()));
            Files.writeString(passwords, line.output() + "\n", CREATE, APPEND);
        }
        var any = users.entrySet().iterator().next();
        Files.writeString(directory.resolve("config.json"), login(any.getKey(), any.getValue()));
        authorization = "Basic " + auth(any.getKey(), any.getValue());
        return "auth: {htpasswd: {realm: test, path: %s}}\n".formatted(passwords);
    }

    /** The file that {@code docker login} would write. */
    String login(String user, String password) {
        return "{\"auths\": {\"127.0.0.1:%d\": {\"auth\": \"%s\"}}}".formatted(port, auth(user, password));
    }

    static String auth(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    public Registry start() throws IOException {
        process = new ProcessBuilder("docker-registry", "serve", configuration().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        await().atMost(SOON).failFast(() -> !process.isAlive()).until(this::listens);
        return this;
    }

    void stop() {
        process.destroy();
        process.onExit().join();
    }

    /** Host and port. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** The name of an image in it, without a tag. */
    public String repository(String path) {
        return address() + "/" + path;
    }

    int port() {
        return port;
    }

    /** How often an engine asked what a tag means; pushes, which look too, are other requests. */
    long pulls(String path, String tag) {
        try (var lines = Files.lines(log())) {
            return lines.filter(line -> line.contains("/v2/" + path + "/manifests/" + tag + " "))
                    .filter(line -> line.contains("\"HEAD ") && line.contains("docker/"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return directory.resolve("registry.log");
    }

    /** The file of the blob with that digest. */
    Path blob(String digest) {
        var hex = digest.substring(digest.indexOf(':') + 1);
        return directory.resolve("data/docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
    }

    /** Digest of the last layer of an image in it. */
    String lastLayer(String reference) {
        var digests = Pattern.compile("sha256:[a-f0-9]{64}")
                .matcher(send(manifest(reference).GET()).body())
                .results()
                .map(MatchResult::group)
                .toList();
        return digests.getLast();
    }

    /** Makes an image of busybox's files and pushes it. @return its digest */
    public String push(String reference, String... changes) {
        Cli.imageFromBusybox(reference, changes);
        Cli.docker("--config", directory.toString(), "push", "-q", reference);
        return digest(reference);
    }

    /**
     * Makes the tag mean another image, in the registry alone: who pushed it from this engine would race with an operator
     * that pulls it. @return its digest
     */
    String move(String reference, String... changes) {
        var aside = reference + "-aside";
        var digest = push(aside, changes);
        Cli.docker("rmi", aside); // before an operator can pull the same image
        var manifest = send(manifest(aside).GET());
        send(manifest(reference)
                .header(
                        "Content-Type",
                        manifest.headers().firstValue("Content-Type").orElseThrow())
                .PUT(HttpRequest.BodyPublishers.ofString(manifest.body())));
        return digest;
    }

    private HttpRequest.Builder manifest(String reference) {
        var slash = reference.indexOf('/');
        var colon = reference.lastIndexOf(':');
        var path = reference.substring(slash + 1, colon) + "/manifests/" + reference.substring(colon + 1);
        return HttpRequest.newBuilder(URI.create("http://" + reference.substring(0, slash) + "/v2/" + path))
                .header("Accept", MANIFESTS)
                .header("Authorization", authorization);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new AssertionError(response + ": " + response.body());
            }
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of what the tag means on the engine. */
    static String digest(String reference) {
        var name = Cli.docker("image", "inspect", "-f", "{{index .RepoDigests 0}}", reference);
        return name.substring(name.indexOf('@') + 1);
    }

    private Path configuration() {
        return directory.resolve("registry.yml");
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
