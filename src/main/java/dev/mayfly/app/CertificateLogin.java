package dev.mayfly.app;

import io.fabric8.kubernetes.client.Config;
import io.quarkus.kubernetes.client.KubernetesConfigCustomizer;
import jakarta.inject.Singleton;

/**
 * Keeps the client from reading its kubeconfig before each request. It looks for a new token once a minute, but remembers
 * that it has looked only if it found one (fabric8 7.5.2, TokenRefreshInterceptor): who logs in with a certificate has none.
 */
@Singleton
final class CertificateLogin implements KubernetesConfigCustomizer {
    @Override
    public void customize(Config config) {
        if (hasCertificate(config) && !mayHaveToken(config)) {
            config.setOauthTokenProvider(() -> null);
        }
    }

    private static boolean hasCertificate(Config config) {
        return config.getClientCertData() != null || config.getClientCertFile() != null;
    }

    private static boolean mayHaveToken(Config config) {
        return config.getOauthToken() != null
                || config.getAutoOAuthToken() != null
                || config.getAuthProvider() != null
                || config.getOauthTokenProvider() != null;
    }
}
