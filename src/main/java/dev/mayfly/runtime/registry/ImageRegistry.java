package dev.mayfly.runtime.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.core.audit.DeclaredVolumes;
import dev.mayfly.core.image.Credential;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.ImageName;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client for the pull side of the OCI Distribution specification, as far as an image's configuration needs it: some
 * requests of bounded size and time. Users choose the registries, so replies are hostile, and none is shown to anybody.
 *
 * <p>No library fits: Jib's registry client brings Google's HTTP client, the ORAS SDK a file store; neither bounds what
 * it reads.
 */
public final class ImageRegistry implements AutoCloseable {
    /** Registries accept manifests of 4 MiB at most (OCI Distribution specification, "Pushing Manifests"). */
    private static final int MOST_BYTES = 4 << 20;
    /** Redirects of one request, such as to the storage of a registry. */
    private static final int MOST_REDIRECTS = 3;

    private static final String HUB = "docker.io";
    private static final String HUBS_SERVER = "registry-1.docker.io";
    private static final String MANIFESTS = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    /** Names, values and brackets of a reply: as a tree, those that fit 4 MiB would take thirty times as much. */
    private static final int MOST_TOKENS = 100_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
            .build());

    private final Duration timeout;
    private final String architecture;
    private final HttpClient http;

    /** @param timeout for each request with its reply; above 0 */
    public ImageRegistry(Duration timeout) {
        this.timeout = timeout;
        architecture = "aarch64".equals(System.getProperty("os.arch")) ? "arm64" : "amd64";
        http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * The paths that the image declares as VOLUME, sorted; of an image for several platforms those of this machine's, or
     * of the first one for Linux. Waits for the registry.
     *
     * @param reference as users write it
     * @param logins tried in order, then anonymously
     * @throws Unreadable if no login led to the configuration; says why the first login did not, if there is one
     */
    public Set<String> volumes(String reference, List<Credential> logins) throws Unreadable {
        if (ImageName.id(reference)) {
            throw new Unreadable("an image ID names no registry");
        }
        Unreadable first = null;
        for (var login = 0; login <= logins.size(); login++) {
            try {
                var credential = login < logins.size() ? Optional.of(logins.get(login)) : Optional.<Credential>empty();
                return new Session(reference, credential).volumes();
            } catch (Unreadable failed) {
                first = first == null ? failed : first;
            }
        }
        throw first;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** The configuration could not be read. The message is for users: it has nothing that the registry sent. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    /** The requests for one image with one login. */
    private final class Session {
        private final String repository;
        private final String version;
        private final URI base;
        private final Optional<Credential> login;
        private Optional<String> authorization = Optional.empty();

        Session(String reference, Optional<Credential> login) throws Unreadable {
            this.login = login;
            var full = ImageName.full(reference);
            var name = ImageName.fullRepository(reference);
            var host = ImageName.registry(reference);
            repository = name.substring(host.length() + 1);
            version = full.substring(name.length() + 1);
            base = uri((isLoopback(host) ? "http" : "https") + "://" + (host.equals(HUB) ? HUBS_SERVER : host));
        }

        Set<String> volumes() throws Unreadable {
            var manifest = manifest(version);
            if (manifest.path("manifests").isArray()) {
                manifest = manifest(ofThisMachine(manifest));
            }
            var digest = manifest.path("config").path("digest").asText("");
            var config = get("blobs", requireDigest(digest));
            if (!digest.equals(digest(config))) {
                throw new Unreadable("its configuration has another digest than its manifest names");
            }
            var paths = new TreeSet<String>();
            for (var entry : parsed(config).path("config").path("Volumes").properties()) {
                if (paths.size() == DeclaredVolumes.MOST
                        || Text.exceeds(entry.getKey(), DeclaredVolumes.LONGEST_PATH)) {
                    throw new Unreadable("it declares more than " + DeclaredVolumes.MOST
                            + " VOLUMEs, or longer paths than Linux has");
                }
                paths.add(normal(entry.getKey()));
            }
            return paths;
        }

        /** Without a slash at the end, as engines have it. */
        private static String normal(String path) {
            var end = path.length();
            while (end > 1 && path.charAt(end - 1) == '/') {
                end--;
            }
            return path.substring(0, end);
        }

        private JsonNode manifest(String tagOrDigest) throws Unreadable {
            return parsed(get("manifests", tagOrDigest));
        }

        private String ofThisMachine(JsonNode index) throws Unreadable {
            var first = "";
            for (var each : index.path("manifests")) {
                var platform = each.path("platform");
                if (!platform.path("os").asText("").equals("linux")) {
                    continue;
                }
                var digest = each.path("digest").asText("");
                if (platform.path("architecture").asText("").equals(architecture)) {
                    return requireDigest(digest);
                }
                first = first.isEmpty() ? digest : first;
            }
            return requireDigest(first);
        }

        private byte[] get(String kind, String what) throws Unreadable {
            var target = uri(base + "/v2/" + repository + "/" + kind + "/" + what);
            var reply = send(target, authorization);
            if (reply.statusCode() == 401 && authorization.isEmpty()) {
                authorization = authorized(reply);
                reply = send(target, authorization);
            }
            for (var redirects = 0; isRedirect(reply) && redirects < MOST_REDIRECTS; redirects++) {
                target = redirected(target, reply);
                reply = send(target, Optional.empty()); // a redirect leads elsewhere, which the login is not for
            }
            return switch (reply.statusCode()) {
                case 200 -> reply.body();
                case 401, 403 ->
                    throw new Unreadable(
                            login.isEmpty()
                                    ? "the registry does not show it to anybody: add imagePullSecrets"
                                    : "the registry does not show it to the login of imagePullSecrets");
                case 404 -> throw new Unreadable("the registry has no such image");
                case 429 -> throw new Unreadable("the registry answers no more requests for now");
                default -> throw new Unreadable("the registry answered with status " + reply.statusCode());
            };
        }

        private static boolean isRedirect(HttpResponse<byte[]> reply) {
            return Set.of(301, 302, 303, 307, 308).contains(reply.statusCode());
        }

        private static URI redirected(URI from, HttpResponse<byte[]> reply) throws Unreadable {
            var to = from.resolve(uri(reply.headers().firstValue("Location").orElse("")));
            if (!"https".equals(to.getScheme()) && !from.getScheme().equals(to.getScheme())) {
                throw new Unreadable("the registry leads to an address that is not encrypted");
            }
            return to;
        }

        private Optional<String> authorized(HttpResponse<byte[]> reply) throws Unreadable {
            var challenge =
                    Challenge.of(reply.headers().firstValue("WWW-Authenticate").orElse(""));
            return switch (challenge.scheme()) {
                case "basic" -> login.map(Session::basic);
                case "bearer" -> Optional.of("Bearer " + token(challenge));
                default -> Optional.empty();
            };
        }

        private String token(Challenge challenge) throws Unreadable {
            var realm = uri(challenge.parameter("realm"));
            if (!"https".equals(realm.getScheme()) && !base.getScheme().equals(realm.getScheme())) {
                throw new Unreadable("the registry leads to an address that is not encrypted");
            }
            var query = "service=" + encoded(challenge.parameter("service")) + "&scope="
                    + encoded("repository:" + repository + ":pull");
            var identity = login.map(Credential::token).filter(token -> !token.isEmpty());
            var request = identity.isPresent()
                    ? HttpRequest.newBuilder(realm)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString("grant_type=refresh_token&client_id=mayfly&" + query
                                    + "&refresh_token=" + encoded(identity.get())))
                    : HttpRequest.newBuilder(uri(realm + (realm.getQuery() == null ? "?" : "&") + query));
            if (identity.isEmpty()) {
                login.ifPresent(credential -> request.header("Authorization", basic(credential)));
            }
            var reply = send(request);
            if (reply.statusCode() != 200) {
                throw new Unreadable("the registry gave no token");
            }
            var answer = parsed(reply.body());
            var token = answer.path("token").asText(answer.path("access_token").asText(""));
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
                throw new Unreadable("the registry gave no token");
            }
            return token;
        }

        private static String basic(Credential credential) {
            var text = credential.username() + ":" + credential.password();
            return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        private HttpResponse<byte[]> send(URI target, Optional<String> authorized) throws Unreadable {
            var request = HttpRequest.newBuilder(target).header("Accept", MANIFESTS);
            authorized.ifPresent(value -> request.header("Authorization", value));
            return send(request);
        }

        private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Unreadable {
            var reply = http.sendAsync(request.timeout(timeout).build(), info -> new BoundedBody(MOST_BYTES));
            try {
                return reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                reply.cancel(true);
                throw new Unreadable("the registry did not answer within " + timeout.toSeconds() + " s");
            } catch (ExecutionException failed) {
                throw new Unreadable("the registry does not answer");
            } catch (InterruptedException stopping) {
                reply.cancel(true);
                Thread.currentThread().interrupt();
                throw new Unreadable("the operator stops");
            }
        }
    }

    private static boolean isLoopback(String host) {
        var colon = host.lastIndexOf(':');
        var name = colon < 0 ? host : host.substring(0, colon);
        return name.equals("localhost") || name.equals("127.0.0.1");
    }

    private static URI uri(String text) throws Unreadable {
        try {
            var uri = new URI(text);
            var scheme = uri.getScheme();
            if (uri.isAbsolute() && (!Set.of("http", "https").contains(scheme) || uri.getHost() == null)) {
                throw new Unreadable("the registry leads to something that is no web address");
            }
            return uri;
        } catch (URISyntaxException malformed) {
            throw new Unreadable("its name, or an address that the registry names, is no web address");
        }
    }

    private static JsonNode parsed(byte[] text) throws Unreadable {
        try {
            return JSON.readTree(text);
        } catch (StreamConstraintsException large) {
            throw new Unreadable("the registry sent too much");
        } catch (IOException malformed) {
            throw new Unreadable("the registry sent something else than JSON");
        }
    }

    private static String requireDigest(String text) throws Unreadable {
        var isDigest = text.length() == 71
                && text.startsWith("sha256:")
                && text.chars().skip(7).allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        if (!isDigest) {
            throw new Unreadable("it is no image for Linux with a configuration");
        }
        return text;
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
