package dev.mayfly.node.registration;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Authorities whose client certificates the API server accepts, as does the node. One thread at a time. */
final class ClientAuthorities {
    private static final Logger LOG = Logger.getLogger(ClientAuthorities.class);
    private static final String CONFIG_MAP = "extension-apiserver-authentication";
    private static final String KEY = "client-ca-file";

    private final KubernetesClient client;
    /** The problem that was logged last. */
    private String problem = "";

    ClientAuthorities(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Those that the cluster publishes for servers such as this one; if it publishes none, the authority of the API
     * server's own certificate, which is often the same. Empty: neither can be read, so that only tokens are accepted.
     *
     * @throws KubernetesClientException if the API server does not answer
     */
    List<X509Certificate> read() {
        try {
            var pem = published().or(() -> ofConnection(client.getConfiguration()));
            return pem.isPresent() ? ServingCertificate.parse(pem.get()) : List.of();
        } catch (GeneralSecurityException unreadable) {
            warn("The client authorities of the cluster can't be read, so the virtual node accepts tokens only: "
                    + unreadable.getMessage());
            return List.of();
        }
    }

    private Optional<String> published() {
        try {
            return Optional.ofNullable(client.configMaps()
                            .inNamespace("kube-system")
                            .withName(CONFIG_MAP)
                            .get())
                    .map(map -> map.getData() == null ? null : map.getData().get(KEY));
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == 0) { // no answer
                throw refused;
            }
            warn("ConfigMap kube-system/" + CONFIG_MAP
                    + " can't be read, so the virtual node accepts client certificates"
                    + " of the authority in the operator's kubeconfig: " + refused.getMessage());
            return Optional.empty();
        }
    }

    private void warn(String message) {
        if (!message.equals(problem)) {
            problem = message;
            LOG.warn(message);
        }
    }

    private static Optional<String> ofConnection(Config config) {
        if (config.getCaCertData() != null) {
            return Optional.of(text(config.getCaCertData()));
        }
        return Optional.ofNullable(config.getCaCertFile()).map(Path::of).flatMap(ClientAuthorities::content);
    }

    /** PEM, or the same in Base64 as in a kubeconfig. */
    private static String text(String data) {
        return data.startsWith("-----")
                ? data
                : new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
    }

    private static Optional<String> content(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException unreadable) {
            LOG.debugf("%s can't be read: %s", file, unreadable.getMessage());
            return Optional.empty();
        }
    }
}
