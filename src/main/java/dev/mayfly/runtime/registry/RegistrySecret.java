package dev.mayfly.runtime.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.core.image.Credential;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.RegistryPattern;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads Secrets with registry credentials, of the two types that Kubernetes defines. */
public final class RegistrySecret {
    private static final String CONFIG_JSON = "kubernetes.io/dockerconfigjson";
    private static final String CONFIG = "kubernetes.io/dockercfg";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A quarter of what a Secret can hold: hundreds of the longest tokens. It is read in one piece. */
    private static final int MOST_BYTES = 256 << 10;
    /** Base64 writes 4 characters for 3 bytes. */
    private static final int MOST_CHARACTERS = MOST_BYTES / 3 * 4 + 4;

    private static final int MOST_REGISTRIES = 256;
    /** Bytes of a registry's name. Longer than any image's, so an entry with a longer key applies to none. */
    private static final int LONGEST_KEY = 512;
    /** How much of a key is shown. */
    private static final int SHOWN = 100;

    private RegistrySecret() {}

    /** A Secret without usable credentials. The message never contains any of its content. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The Secret's credentials, in its own order.
     *
     * @param fingerprint of a login: see {@link Credential#fingerprint()}
     * @param problem is told why some of the entries are skipped, if they are; once, in the words of {@link Malformed}
     */
    public static List<Credential> read(
            Secret secret, Function<List<String>, String> fingerprint, Consumer<String> problem) throws Malformed {
        var type = String.valueOf(secret.getType());
        var auths = switch (type) {
            case CONFIG_JSON -> json(secret, ".dockerconfigjson").path("auths");
            case CONFIG -> json(secret, ".dockercfg");
            default ->
                throw new Malformed("is of type " + type + ", not " + CONFIG_JSON + " or " + CONFIG
                        + ": create it with kubectl create secret docker-registry");
        };
        if (!auths.isObject()) {
            throw new Malformed("has no auths");
        }
        if (auths.size() > MOST_REGISTRIES) {
            throw new Malformed("has more than " + MOST_REGISTRIES + " registries: divide it into several Secrets");
        }
        var credentials = new ArrayList<Credential>();
        var omitted = new ArrayList<String>();
        for (var entry : auths.properties()) {
            if (Text.exceeds(entry.getKey(), LONGEST_KEY)) {
                omitted.add(Text.escaped(Text.shortened(entry.getKey(), SHOWN)));
            } else {
                add(entry.getKey(), entry.getValue(), fingerprint, credentials);
            }
        }
        if (!omitted.isEmpty()) {
            problem.accept("has " + omitted.size() + " registries of more than " + LONGEST_KEY
                    + " bytes, which no image's name has, and which are skipped: remove " + omitted.getFirst());
        }
        return credentials;
    }

    private static JsonNode json(Secret secret, String entry) throws Malformed {
        var encoded = secret.getData() == null ? null : secret.getData().get(entry);
        if (encoded == null) {
            throw new Malformed("has no key " + entry);
        }
        if (encoded.length() > MOST_CHARACTERS) {
            throw new Malformed("has more than " + (MOST_BYTES >> 10) + " KiB at " + entry
                    + ": remove what is no registry's, or divide it into several Secrets");
        }
        try {
            return JSON.readTree(Base64.getDecoder().decode(encoded));
        } catch (JsonProcessingException wrong) { // the message of the cause quotes the content
            var location = wrong.getLocation(); // null if the text exceeds one of the reader's limits
            throw new Malformed("has no JSON at " + entry
                    + (location == null ? " that can be read" : ": see its line " + location.getLineNr()));
        } catch (IOException | IllegalArgumentException wrong) {
            throw new Malformed("has nothing readable at " + entry);
        }
    }

    /** As in Docker, {@code auth} takes precedence over name and password. An entry without any is skipped. */
    private static void add(
            String registry, JsonNode entry, Function<List<String>, String> fingerprint, List<Credential> into)
            throws Malformed {
        var user = entry.path("username").asText("");
        var password = entry.path("password").asText("");
        var token = entry.path("identitytoken").asText("");
        var auth = entry.path("auth").asText("");
        if (!auth.isEmpty()) {
            var decoded = decoded(auth, registry);
            var colon = decoded.indexOf(':');
            user = decoded.substring(0, colon);
            password = decoded.substring(colon + 1);
        }
        if (!user.isEmpty() || !token.isEmpty()) {
            var server = RegistryPattern.of(registry).server();
            var hash = fingerprint.apply(List.of(server, user, password, token));
            into.add(new Credential(registry, user, password, token, hash));
        }
    }

    private static String decoded(String auth, String registry) throws Malformed {
        try {
            var text = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
            if (text.indexOf(':') >= 0) {
                return withoutZeros(text);
            }
        } catch (IllegalArgumentException noBase64) {
            // reported below, without any content
        }
        throw new Malformed("has an auth for " + Text.escaped(Text.shortened(registry, SHOWN))
                + " that is no base64 of name:password");
    }

    /** Some tools pad the end with zeros. */
    private static String withoutZeros(String text) {
        var end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }
}
