package dev.mayfly.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.mayfly.core.image.Credential;
import dev.mayfly.operator.content.ContentHash;
import dev.mayfly.runtime.registry.RegistrySecret.Malformed;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading Secrets with registry credentials. */
class RegistrySecretTest {
    private static final byte[] KEY = new byte[32];

    @Test
    void credentialsAreReadAsDockerReadsThem() throws Malformed {
        var json = """
                {"auths": {
                  "a.example": {"username": "ann", "password": "geheim", "email": "x"},
                  "b.example/team": {"username": "not", "password": "these", "auth": "%s"},
                  "c.example": {"auth": "%s", "identitytoken": "t0ken"},
                  "d.example": {}
                }, "credsStore": "desktop"}""".formatted(base64("bob:ge:heim"), base64("nobody:"));

        assertThat(read("kubernetes.io/dockerconfigjson", ".dockerconfigjson", json))
                .extracting(Credential::registry, Credential::username, Credential::password, Credential::token)
                .containsExactly(
                        tuple("a.example", "ann", "geheim", ""),
                        tuple("b.example/team", "bob", "ge:heim", ""),
                        tuple("c.example", "nobody", "", "t0ken"));
    }

    @Test
    void theOlderTypeHasNoAuthsField() throws Malformed {
        var json = "{\"https://index.docker.io/v1/\": {\"username\": \"ann\", \"password\": \"geheim\"}}";

        assertThat(read("kubernetes.io/dockercfg", ".dockercfg", json))
                .extracting(Credential::registry)
                .containsExactly("https://index.docker.io/v1/");
    }

    @Test
    void fingerprintsAreEqualOnlyForEqualLoginsWithTheSameKey() throws Malformed {
        var ann = fingerprint("r.example", "ann", "geheim", KEY);

        assertThat(ann)
                .isEqualTo(fingerprint("https://r.example/team", "ann", "geheim", KEY))
                .isNotEqualTo(fingerprint("other.example", "ann", "geheim", KEY))
                .isNotEqualTo(fingerprint("r.example", "anng", "eheim", KEY))
                .isNotEqualTo(fingerprint("r.example", "ann", "anders", KEY))
                .isNotEqualTo(fingerprint("r.example", "ann", "geheim", new byte[] {1}))
                .matches("[0-9a-f]{64}");
    }

    @ParameterizedTest(name = "{0} {1}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Opaque                         | .dockerconfigjson | {"auths": {}}                                   | is of type Opaque, not kubernetes.io/dockerconfigjson
            kubernetes.io/dockerconfigjson | other             | {}                                              | has no key .dockerconfigjson
            kubernetes.io/dockerconfigjson | .dockerconfigjson | {"auths": {"r": geheim}}                        | has no JSON at .dockerconfigjson: see its line 1
            kubernetes.io/dockerconfigjson | .dockerconfigjson | geheim                                          | has no JSON
            kubernetes.io/dockerconfigjson | .dockerconfigjson | {"r": {"username": "geheim"}}                   | has no auths
            kubernetes.io/dockerconfigjson | .dockerconfigjson | {"auths": {"r.example": {"auth": "geheim!"}}}   | has an auth for r.example that is no base64 of name:password
            kubernetes.io/dockercfg        | .dockercfg        | {"r.example": {"auth": "Z2VoZWlt"}}             | has an auth for r.example that is no base64
            kubernetes.io/dockercfg        | .dockercfg        | ["geheim"]                                      | has no auths
            """)
    void errorsNeverQuoteTheContent(String type, String key, String json, String message) {
        assertThatThrownBy(() -> read(type, key, json))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining(message)
                .hasNoCause()
                .message()
                .doesNotContain("geheim", "Z2VoZWlt");
    }

    @Test
    void moreThanACredentialsWorthIsRefusedWithTheLimit() {
        var long1 = "{\"auths\": {\"r\": {\"username\": \"ann\", \"password\": \"" + "x".repeat(300_000) + "\"}}}";
        assertThatThrownBy(() -> read("kubernetes.io/dockerconfigjson", ".dockerconfigjson", long1))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("more than 256 KiB");

        var many = IntStream.range(0, 300)
                .mapToObj(i -> "\"r" + i + "\": {\"username\": \"ann\"}")
                .collect(Collectors.joining(",", "{", "}"));
        assertThatThrownBy(() -> read("kubernetes.io/dockercfg", ".dockercfg", many))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("more than 256 registries");
    }

    @Test
    void whatIsSkippedForItsLengthIsTold() throws Malformed {
        var problems = new ArrayList<String>();
        var json = "{\"%s\": {\"username\": \"ann\"}, \"%s\": {\"username\": \"bob\"}}"
                .formatted("a".repeat(512), "\u00e4".repeat(257));

        var read = RegistrySecret.read(
                secret("kubernetes.io/dockercfg", ".dockercfg", json),
                texts -> ContentHash.of(KEY, texts),
                problems::add);

        assertThat(read).extracting(Credential::username).containsExactly("ann");
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("1 registries of more than 512 bytes", "\u00e4".repeat(50));
    }

    @Test
    void aKeyThatTheReaderRefusesIsMalformed() {
        var json = "{\"%s\": {}}".formatted("a".repeat(60_000));

        assertThatThrownBy(() -> read("kubernetes.io/dockercfg", ".dockercfg", json))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("has no JSON at .dockercfg");
    }

    @Test
    void aRegistryThatNoImageCanNameIsSkipped() throws Malformed {
        var json = "{\"%s\": {\"username\": \"ann\"}, \"r\": {\"username\": \"bob\"}}".formatted("*a".repeat(1000));

        assertThat(read("kubernetes.io/dockercfg", ".dockercfg", json))
                .extracting(Credential::registry)
                .containsExactly("r");
    }

    @Test
    void noPasswordIsEverPrinted() throws Malformed {
        assertThat(read(
                                "kubernetes.io/dockercfg",
                                ".dockercfg",
                                "{\"r\": {\"auth\": \"%s\"}}".formatted(base64("a:geheim")))
                        .toString())
                .contains("a at r")
                .doesNotContain("geheim");
    }

    private static String fingerprint(String registry, String user, String password, byte[] key) throws Malformed {
        var json = "{\"%s\": {\"username\": \"%s\", \"password\": \"%s\"}}".formatted(registry, user, password);
        return RegistrySecret.read(
                        secret("kubernetes.io/dockercfg", ".dockercfg", json),
                        texts -> ContentHash.of(key, texts),
                        problem -> {})
                .getFirst()
                .fingerprint();
    }

    private static List<Credential> read(String type, String key, String json) throws Malformed {
        return RegistrySecret.read(secret(type, key, json), texts -> ContentHash.of(KEY, texts), problem -> {});
    }

    private static Secret secret(String type, String key, String json) {
        return new SecretBuilder()
                .withType(type)
                .withData(Map.of(key, base64(json)))
                .build();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
