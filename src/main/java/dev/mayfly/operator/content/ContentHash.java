package dev.mayfly.operator.content;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Env.Kind;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.RecommendedLabels;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A hash over the content of ConfigMaps and Secrets. It is keyed (HMAC-SHA256), so that readers of a revision can't
 * guess short secrets by brute force.
 */
public final class ContentHash {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    private ContentHash(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }

    public static String of(Template template, byte[] key) {
        var hash = new ContentHash(key);
        template.process().env().stream()
                .filter(env -> env.kind() == Kind.PLAIN)
                .forEach(env -> {
                    hash.add(env.name());
                    hash.add(env.value());
                });
        template.volumes().forEach((name, volume) -> {
            if (volume instanceof Volume.Files files) {
                hash.add(name);
                files.files().forEach((path, content) -> {
                    hash.add(path);
                    hash.add(content.view());
                });
            }
        });
        return HexFormat.of().formatHex(hash.mac.doFinal());
    }

    /** Hash over these texts in this order. */
    public static String of(byte[] key, List<String> texts) {
        var hash = new ContentHash(key);
        texts.forEach(hash::add);
        return HexFormat.of().formatHex(hash.mac.doFinal());
    }

    private void add(String text) {
        add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Adds the part with its length as a prefix, so that no two sequences collide. */
    private void add(ByteBuffer part) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.remaining()).array());
        mac.update(part);
    }

    /**
     * The key of {@link ContentHash}: created once, stored in a Secret in the operator's namespace. A different key would
     * roll out every workload.
     */
    @ApplicationScoped
    public static class Key {
        static final String NAME = "mayfly-hash-key";
        private static final String ENTRY = "key";
        private static final int BYTES = 32;

        private final KubernetesClient client;
        private final String namespace;
        private volatile byte[] key;

        public Key(KubernetesClient client, MayflyConfig config) {
            this.client = client;
            this.namespace = config.namespace();
        }

        /**
         * Returns the key, and creates it on first use. The API server ensures that concurrent callers create a single key.
         *
         * @throws Content.Unreadable if it can be neither read nor created
         */
        public byte[] getOrCreate() {
            var known = key;
            if (known == null) {
                try {
                    known = readOrCreate();
                    key = known;
                } catch (KubernetesClientException | IllegalArgumentException failed) {
                    throw new Content.Unreadable(
                            "HashKeyUnreadable",
                            "Secret " + NAME + " in namespace " + namespace
                                    + " can't be used, so no new content is rolled out: "
                                    + failed.getMessage()
                                    + ". Check that the operator may get and create Secrets there.");
                }
            }
            return known.clone();
        }

        private byte[] readOrCreate() {
            var found = client.secrets().inNamespace(namespace).withName(NAME).get();
            var secret = found == null ? create() : found;
            var encoded = secret.getData() == null ? null : secret.getData().get(ENTRY);
            var bytes = encoded == null ? new byte[0] : Base64.getDecoder().decode(encoded);
            if (bytes.length < BYTES) {
                throw new IllegalArgumentException(
                        "it has no " + ENTRY + " of " + BYTES + " bytes; delete it, and a new one is created");
            }
            return bytes;
        }

        private Secret create() {
            var random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            var secret = new SecretBuilder()
                    .withNewMetadata()
                    .withName(NAME)
                    .withNamespace(namespace)
                    .withLabels(RecommendedLabels.OF_THE_OPERATOR)
                    .endMetadata()
                    .withImmutable(true)
                    .withData(Map.of(ENTRY, Base64.getEncoder().encodeToString(random)))
                    .build();
            try {
                return client.resource(secret).create();
            } catch (KubernetesClientException failed) {
                if (failed.getCode() == HTTP_CONFLICT) { // another operator created it first
                    return client.secrets()
                            .inNamespace(namespace)
                            .withName(NAME)
                            .require();
                }
                throw failed;
            }
        }
    }
}
