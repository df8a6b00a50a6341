package dev.mayfly.operator.cluster;

import dev.mayfly.config.MayflyConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Distinguishes this cluster and installation from all others that share the engine: the first 12 hex digits of
 * SHA-256(UID of namespace kube-system + "/" + installation). It survives restarts and failover.
 */
@Singleton
public class ClusterIdentity {
    private static final int DIGITS = 12;

    private final KubernetesClient client;
    private final String installation;
    private final String id;

    public ClusterIdentity(KubernetesClient client, MayflyConfig config) {
        this.client = client;
        this.installation = config.installation();
        this.id = read();
    }

    /** The identity at the operator's start. */
    public String id() {
        return id;
    }

    /** True if the API server, asked now, is still that of the cluster in which the operator started. */
    boolean holds() {
        return id.equals(read());
    }

    private String read() {
        var namespace = client.namespaces().withName("kube-system").get();
        if (namespace == null) {
            throw new IllegalStateException(
                    "The API server has no namespace kube-system; the operator can't identify the cluster.");
        }
        return of(namespace.getMetadata().getUid(), installation);
    }

    /** The ID of an installation. @param kubeSystemUid the UID of the cluster's namespace kube-system */
    public static String of(String kubeSystemUid, String installation) {
        try {
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest((kubeSystemUid + "/" + installation).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
