package dev.mayfly.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.operator.content.ContentHash;
import dev.mayfly.runtime.RegistryPattern;
import dev.mayfly.runtime.registry.RegistrySecret.Malformed;
import dev.mayfly.testing.ForeignInput;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Secrets in imagePullSecrets: their tenant writes them. */
class RegistrySecretFuzzTest {
    private static final byte[] KEY = new byte[32];
    private static final String HOST = "a".repeat(60) + ":5000/team/app";

    @Property
    void aSecretIsReadOrRefusedWithoutItsContent(@ForAll("secrets") String json, @ForAll boolean older)
            throws Exception {
        var secret = new SecretBuilder()
                .withType(older ? "kubernetes.io/dockercfg" : "kubernetes.io/dockerconfigjson")
                .withData(Map.of(older ? ".dockercfg" : ".dockerconfigjson", base64(json)))
                .build();

        ForeignInput.assertSoon(() -> {
            try {
                RegistrySecret.read(secret, texts -> ContentHash.of(KEY, texts), problem -> {})
                        .forEach(credential ->
                                RegistryPattern.of(credential.registry()).matches(HOST));
            } catch (Malformed refused) {
                assertThat(refused.getMessage()).hasSizeLessThan(700).doesNotContain("geheim");
            }
        });
    }

    @Provide
    static Arbitrary<String> secrets() {
        var entry = "{\"username\":\"ann\",\"password\":\"geheim\"}";
        var hostile = ForeignInput.json(
                List.of("auths", "*a*a*a*a*a*a*a*a*a*b:5000", "a.b", "username", "password", "auth", "identitytoken"),
                entry,
                "{\"auth\":\"" + base64("ann:geheim") + "\"}",
                "{\"auth\":\"geheim\"}",
                "\"ann\"",
                "{\"auths\":{\"" + "*a".repeat(250) + "b\":" + entry + "}}");
        var keys = ForeignInput.texts("*a", "*", ".", "a", ":5000", "/", "https://")
                .map(key -> "{\"auths\":{\"" + key.replaceAll("[^ -~]|[\"\\\\]", "x") + "\":" + entry + "}}");
        return Arbitraries.oneOf(hostile, keys);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
