package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real software goes from Audit through what is suggested to Enforce, and works. */
class TenServicesIT extends OperatorScenario {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    TenServicesIT() {
        super("ten");
    }

    /** All at once, so that they start while others are looked at. */
    @BeforeAll
    void startAll() {
        services().forEach(service -> {
            assertThat(Cli.tried("image", "inspect", service.image()).code())
                    .as("%s is there; deploy/local/service-images.sh makes it", service.image())
                    .isZero();
            workloads.apply(manifest(service, "{mode: Audit, audit: {periodSeconds: 1}}", List.of()));
        });
    }

    @AfterAll
    void removeVolumes() {
        services().forEach(service -> gone(service.name()));
        Cli.docker("volume", "ls", "-q", "--filter", "label=mayfly.dev/namespace=" + workloads.namespace())
                .lines()
                .forEach(volume -> Cli.docker("volume", "rm", volume));
    }

    static List<Service> services() {
        return Service.all().toList();
    }

    @ParameterizedTest
    @MethodSource("services")
    void whatAuditSuggestsIsWhatEnforceNeeds(Service service) {
        // given it does its work, and may write anywhere
        var audited = working(service, false);

        // when what it wrote is reported
        awaitSuggested(service);
        var suggested = suggested(service);

        // then the suggestion, pasted, is all that it needs under Enforce
        workloads.apply(manifest(service, "{mode: Enforce}", suggested));
        var enforced = working(service, true);
        assertThat(enforced.getId()).isNotEqualTo(audited.getId());
        workloads.awaitCondition(service.name(), "Ephemeral", "True", "ReadOnlyRoot", SOON);
        assertThat(suggested).isEqualTo(service.volumes());
    }

    private void awaitSuggested(Service service) {
        if (service.volumes().isEmpty()) {
            workloads.awaitCondition(service.name(), "Ephemeral", "True", "Clean", SOON);
            return;
        }
        workloads.awaitCondition(service.name(), "Ephemeral", "False", "Findings", SOON);
        await().atMost(SOON).untilAsserted(() -> assertThat(suggested(service)).isEqualTo(service.volumes()));
    }

    private List<String> suggested(Service service) {
        var ephemerality = workloads.get(service.name()).getStatus().ephemerality();
        return ephemerality == null || ephemerality.suggestedVolumes() == null
                ? List.of()
                : ephemerality.suggestedVolumes();
    }

    /** Waits until the service does its work. @return its one container */
    private Container working(Service service, boolean readOnly) {
        var worked = new AtomicReference<Container>();
        await(service + " works").atMost(PATIENCE).untilAsserted(() -> {
            var running = workloads.running(service.name());
            assertThat(running).hasSize(1);
            var replica = running.getFirst();
            assertThat(readOnly(replica)).contains(readOnly);
            assertThat(Cli.in(replica, service.work()).output())
                    .as("what it wrote to its log: %s", Cli.tried("logs", "--tail", "20", replica.getId()))
                    .contains(service.answer());
            worked.set(replica);
        });
        return worked.get();
    }

    /** Empty: it was replaced since it was listed. */
    private static Optional<Boolean> readOnly(Container replica) {
        try {
            return Optional.of(Docker.inspect(replica).getHostConfig().getReadonlyRootfs());
        } catch (NotFoundException replaced) {
            return Optional.empty();
        }
    }

    private static String manifest(Service service, String ephemerality, List<String> volumes) {
        var template = "network: Namespace\nimage: " + service.image() + "\n";
        if (!volumes.isEmpty()) {
            template += "volumes:\n"
                    + volumes.stream()
                            .map(path -> "- {name: %s, dockerVolume: {name: %s-%s, reclaimPolicy: Retain}}\n"
                                    .formatted(named(path), service.name(), named(path)))
                            .collect(Collectors.joining())
                    + "volumeMounts:\n"
                    + volumes.stream()
                            .map(path -> "- {name: %s, mountPath: %s}\n".formatted(named(path), path))
                            .collect(Collectors.joining());
        }
        return workload(service.name(), 1, template) + "  ephemerality: " + ephemerality + "\n";
    }

    private static String named(String path) {
        return path.substring(1).replace('/', '-');
    }
}
