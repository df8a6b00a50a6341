package dev.mayfly.operator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.testing.AnsweringApiServer;
import dev.mayfly.testing.AnsweringApiServer.Request;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.javaoperatorsdk.operator.processing.event.Event;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImagePoliciesTest {
    private final Queue<Boolean> changes = new ConcurrentLinkedQueue<>();
    private final Queue<Event> reconciled = new ConcurrentLinkedQueue<>();
    private final AnsweringApiServer server = new AnsweringApiServer(this::answer);
    private final ImagePolicies policies = new ImagePolicies(server.client());
    private volatile List<ImagePolicy> there = List.of();

    ImagePoliciesTest() throws Exception {
        policies.onChange(() -> changes.add(policies.read()));
        policies.source().setEventHandler(reconciled::add);
        policies.source().start();
    }

    @AfterEach
    void close() {
        policies.close();
        server.close();
    }

    /** Resources that were reconciled before wait for it, and no policy may change for days. */
    @Test
    void thatAllAreReadIsAChangeThoughThereIsNone() {
        policies.start(null);

        await().until(() -> changes.contains(true));
        assertThat(policies.all()).isEmpty();
    }

    /** The framework may take the change for the echo of a status that it wrote at the same time. */
    @Test
    void aChangedPolicyIsReconciledThoughTheFrameworkMissedIt() {
        there = List.of(policy(1));
        policies.start(null);
        await().until(policies::read);
        assertThat(reconciled).isEmpty();

        policies.onUpdate(policy(1), policy(2));

        await().until(() -> reconciled.size() == 1);
    }

    private Object answer(Request request) {
        if (request.query().contains("watch=true")) {
            return new WatchEvent(policy(1), "BOOKMARK");
        }
        var all = new DefaultKubernetesResourceList<ImagePolicy>();
        all.setMetadata(new ListMetaBuilder().withResourceVersion("1").build());
        all.setItems(there);
        return all;
    }

    private static ImagePolicy policy(long generation) {
        var policy = new ImagePolicy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withName("signed")
                .withUid("uid")
                .withGeneration(generation)
                .withResourceVersion(Long.toString(generation))
                .build());
        return policy;
    }
}
