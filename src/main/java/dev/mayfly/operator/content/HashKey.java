package dev.mayfly.operator.content;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import dev.mayfly.config.MayflyConfig;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/**
 * The key of {@link ContentHash}: created once, stored in a Secret in the operator's namespace. A different key would
 * roll out every workload.
 */
@ApplicationScoped
public class HashKey {
    static final String NAME = "mayfly-hash-key";
    private static final String ENTRY = "key";
    private static final int BYTES = 32;

    private final KubernetesClient client;
    private final String namespace;
    private volatile byte[] key;

    public HashKey(KubernetesClient client, MayflyConfig config) {
        this.client = client;
        this.namespace = config.namespace();
    }

    /**
     * Returns the key, and creates it on first use. The API server ensures that concurrent callers create a single key.
     *
     * @throws ContentUnread if it can be neither read nor created
     */
    public byte[] getOrCreate() {
        var known = key;
        if (known == null) {
            try {
                known = readOrCreate();
                key = known;
            } catch (KubernetesClientException | IllegalArgumentException failed) {
                throw new ContentUnread(
                        "HashKeyUnreadable",
                        "Secret " + NAME + " in namespace " + namespace + " can't be used, so nothing is changed: "
                                + failed.getMessage() + ". Check that the operator may get and create Secrets there.");
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
                .endMetadata()
                .withImmutable(true)
                .withData(Map.of(ENTRY, Base64.getEncoder().encodeToString(random)))
                .build();
        try {
            return client.resource(secret).create();
        } catch (KubernetesClientException failed) {
            if (failed.getCode() == HTTP_CONFLICT) { // another operator created it first
                return client.secrets().inNamespace(namespace).withName(NAME).require();
            }
            throw failed;
        }
    }
}
