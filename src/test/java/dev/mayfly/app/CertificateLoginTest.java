package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import org.junit.jupiter.api.Test;

class CertificateLoginTest {
    @Test
    void whoLogsInWithACertificateHasNoTokenToLookFor() {
        var config = customized(new ConfigBuilder(Config.empty()).withClientCertData("certificate"));

        assertThat(config.getOauthTokenProvider()).isNotNull();
        assertThat(config.getOauthTokenProvider().getToken()).isNull();
    }

    @Test
    void aTokenIsStillLookedFor() {
        assertThat(customized(new ConfigBuilder(Config.empty())).getOauthTokenProvider())
                .isNull();
        assertThat(customized(new ConfigBuilder(Config.empty())
                                .withClientCertData("certificate")
                                .withAutoOAuthToken("token"))
                        .getOauthTokenProvider())
                .isNull();
    }

    private static Config customized(ConfigBuilder builder) {
        var config = builder.build();
        new CertificateLogin().customize(config);
        return config;
    }
}
