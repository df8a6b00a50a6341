package dev.mayfly.node.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.AnsweringApiServer;
import dev.mayfly.testing.AnsweringApiServer.Request;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An API server that knows each token as its user's name, and lets Prometheus read metrics. */
class MetricsServerTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AnsweringApiServer api = new AnsweringApiServer(this::answer);
    private final MetricsServer metrics =
            new MetricsServer(api.client(), "mayfly", Optional.of("127.0.0.1"), 0, () -> "mayfly_up 1\n");

    MetricsServerTest() throws IOException {}

    @AfterEach
    void close() {
        metrics.close();
        api.close();
    }

    private Object answer(Request request) {
        asked.add(request.path().substring(request.path().lastIndexOf('/') + 1));
        if (request.path().endsWith("/tokenreviews")) {
            var token = Serialization.unmarshal(request.body(), TokenReview.class)
                    .getSpec()
                    .getToken();
            return new TokenReviewBuilder()
                    .withNewStatus()
                    .withAuthenticated(true)
                    .withNewUser()
                    .withUsername(token)
                    .endUser()
                    .endStatus()
                    .build();
        }
        var wish = Serialization.unmarshal(request.body(), SubjectAccessReview.class)
                .getSpec();
        return new SubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(wish.getUser().equals("prometheus")
                        && wish.getNonResourceAttributes() != null
                        && wish.getNonResourceAttributes().getPath().equals("/metrics"))
                .endStatus()
                .build();
    }

    @Test
    void metricsAreForWhomTheClusterAllowsToReadThem() throws Exception {
        var url = started() + "/metrics";

        assertThat(TrustingHttp.get(url, "prometheus").body()).isEqualTo("mayfly_up 1\n");
        assertThat(TrustingHttp.get(url, "somebody").statusCode()).isEqualTo(403);
        assertThat(TrustingHttp.get(url, "").statusCode()).isEqualTo(401);
        assertThat(asked).containsOnly("tokenreviews", "subjectaccessreviews");
    }

    @Test
    void nothingElseIsServed() throws Exception {
        assertThat(TrustingHttp.get(started() + "/metrics/resource", "prometheus")
                        .statusCode())
                .isEqualTo(403);
    }

    private String started() {
        metrics.start();
        await().until(() -> metrics.port() != 0);
        return "https://127.0.0.1:" + metrics.port();
    }
}
