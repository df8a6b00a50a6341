package dev.mayfly.operator.cleanup;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Text;
import dev.mayfly.operator.event.EventObjects;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.RemainingResources;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jboss.logging.Logger;

/**
 * Reports what removed replicas left below the engine's API: its number, and in one Event for each change. It removes
 * nothing, since a mount or a process may be there for a reason.
 */
@ApplicationScoped
class LeftBehind {
    private static final Logger LOG = Logger.getLogger(LeftBehind.class);
    private static final int LONGEST_EVENT = 1000;

    private final KubernetesClient client;
    private final Runtimes runtimes;
    private final String namespace;
    private final InstantSource clock = InstantSource.system();
    private final Event<RemnantsCounted> counted;
    private List<String> reported = List.of();

    LeftBehind(KubernetesClient client, Runtimes runtimes, MayflyConfig config, Event<RemnantsCounted> counted) {
        this.client = client;
        this.runtimes = runtimes;
        this.namespace = config.namespace();
        this.counted = counted;
    }

    /** @throws dev.mayfly.runtime.RuntimeUnavailable if an engine does not answer */
    void look() {
        var seen = runtimes.with(ContainerRuntime::remainingResources)
                .map(RemainingResources::checkRemnants)
                .toList();
        if (seen.stream().allMatch(Optional::isEmpty)) {
            counted.fire(new RemnantsCounted(OptionalInt.empty()));
            return;
        }
        var left = seen.stream().flatMap(Optional::stream).flatMap(List::stream).toList();
        counted.fire(new RemnantsCounted(OptionalInt.of(left.size())));
        if (!left.isEmpty() && !left.equals(reported)) {
            report(left);
        }
        reported = left;
    }

    private void report(List<String> left) {
        var message = Text.shortened(
                left.size()
                        + " things are left of removed replicas and networks, which the engine no longer lists. They"
                        + " are not removed automatically; a restart of the engine usually ends them: "
                        + String.join(", ", left),
                LONGEST_EVENT);
        LOG.warn(message);
        var about = new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Namespace")
                .withName(namespace)
                .withNamespace(namespace)
                .build();
        var now = clock.instant();
        try {
            client.resource(EventObjects.about(about, true, "LeftBehind", message, left.size(), now, now)
                            .editMetadata()
                            .withGenerateName("left-behind-")
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException failed) {
            LOG.debugf("Event LeftBehind was not written: %s", failed.getMessage());
        }
    }
}
