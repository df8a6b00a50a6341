package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.ephemerality.HostileManifest.Expectation;
import dev.mayfly.e2e.ephemerality.HostileManifest.Expectation.Degraded;
import dev.mayfly.e2e.ephemerality.HostileManifest.Expectation.Harmless;
import dev.mayfly.e2e.ephemerality.HostileManifest.Expectation.Refused;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Resources;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests that try to get out, or to keep data: all of a folder, applied at once, each with what must become of it. */
class HostileIT extends OperatorScenario {
    private static final Duration LEAST = Duration.ofSeconds(30);
    private static final String IMAGES = "mayfly-test/hostile-";

    /** For the host's shell: {@code image COMMAND [INSTRUCTION]} makes $IMAGE of busybox. */
    private static final String SHELL = """
            set -e
            image() {
              c=$(docker run -d busybox:1.36 sh -c "$1")
              docker wait $c
              docker commit -c 'LABEL %s' ${2:+-c "$2"} $c $IMAGE
              docker rm $c
            }
            """.formatted(Cli.TEST_IMAGE);

    /** The API server's answer to a manifest. @param all of its kind. @param refusal empty if it was accepted */
    private record Outcome(Resources<?> all, String name, String refusal) {}

    private final Neighbour neighbour = new Neighbour();
    private final Tasks tasks = Tasks.beside(workloads);
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private Instant deadline;

    HostileIT() {
        super("hostile");
    }

    @BeforeAll
    void applyAll() {
        Cli.shell("mkdir -p " + prefix());
        neighbour.moveIn(operator.cluster());
        HostileManifest.all().forEach(manifest -> outcomes.put(manifest.name(), apply(manifest)));
        deadline = Instant.now().plus(SOON.multipliedBy(2));
    }

    @AfterAll
    void leaveTheHostAsItWas() throws IOException {
        tasks.close();
        workloads.close(); // no image goes while a container runs of it
        neighbour.moveOut();
        Cli.shell("docker volume rm -f mayfly_" + operator.cluster() + "_" + workloads.namespace() + "_planted;"
                + " docker rmi -f $(docker images -q --filter label=" + Cli.TEST_IMAGE + " '" + IMAGES + "*')");
        Cluster.client()
                .persistentVolumes()
                .withName(workloads.namespace() + "-etc")
                .delete();
    }

    static List<HostileManifest> manifests() {
        return HostileManifest.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("manifests")
    void becomesWhatItsHeadSays(HostileManifest manifest) {
        var outcome = outcomes.get(manifest.name());
        for (var expectation : manifest.expectations()) {
            assertMet(outcome, expectation);
        }
    }

    private void assertMet(Outcome outcome, Expectation expectation) {
        if (!(expectation instanceof Refused)) {
            assertThat(outcome.refusal()).isEmpty();
        }
        switch (expectation) {
            case Refused refused -> assertThat(outcome.refusal()).contains(refused.words());
            case Degraded degraded -> {
                await(outcome.name() + " is Degraded for " + degraded.reason())
                        .pollDelay(Duration.ZERO)
                        .atMost(left())
                        .untilAsserted(() -> assertThat(outcome.all().condition(outcome.name(), "Degraded"))
                                .hasValueSatisfying(condition -> {
                                    assertThat(condition.getStatus() + "/" + condition.getReason())
                                            .as(condition.getMessage())
                                            .isEqualTo("True/" + degraded.reason());
                                    assertThat(condition.getMessage()).contains(degraded.words());
                                }));
                assertThat(outcome.all().running(outcome.name())).isEmpty();
            }
            case Harmless harmless -> {
                var output = Cli.in(awaitOne(outcome), harmless.command()).output();
                if (harmless.output().isEmpty()) {
                    assertThat(output).isEmpty();
                } else {
                    assertThat(output).contains(harmless.output());
                }
            }
        }
    }

    @Test
    void noneOfTheirContainersHasWhatItMustNotHave() {
        awaitTheHarmless();

        var isolation = new Isolation(operator.cluster(), workloads.namespace());
        var containers = inspected();
        assertThat(containers).hasSizeGreaterThan(20).allSatisfy(isolation::assertHolds);
    }

    @Test
    void theNeighboursDataIsUnreachableAndUnchanged() {
        awaitTheHarmless();

        assertThat(inspected()).noneMatch(container -> container.toString().contains(neighbour.canary()));
        neighbour.assertUnharmed();
        for (var replica : Docker.containers(Map.of("mayfly.dev/namespace", workloads.namespace()))) {
            if (replica.getState().equals("running")) {
                assertThat(Cli.in(replica, "env; cat /data /data/* /data/*/* 2>/dev/null")
                                .output())
                        .as(replica.getNames()[0])
                        .doesNotContain(neighbour.canary())
                        .doesNotContain("root:x:0:0:root:/root:/bin/bash");
            }
        }
    }

    private void awaitTheHarmless() {
        HostileManifest.all().stream()
                .filter(manifest -> manifest.isExpected(Harmless.class))
                .map(manifest -> outcomes.get(manifest.name()))
                .forEach(this::awaitOne);
    }

    private Container awaitOne(Outcome outcome) {
        var one = new AtomicReference<Container>();
        await(outcome.name()).pollDelay(Duration.ZERO).atMost(left()).untilAsserted(() -> {
            var running = outcome.all().running(outcome.name());
            assertThat(running)
                    .as(() ->
                            outcome.all().condition(outcome.name(), "Degraded").toString())
                    .hasSize(1);
            one.set(running.getFirst());
        });
        return one.get();
    }

    /** All were applied at once, so they share their time: many that fail don't take many times as long. */
    private Duration left() {
        var left = Duration.between(Instant.now(), deadline);
        return left.compareTo(LEAST) > 0 ? left : LEAST;
    }

    private List<InspectContainerResponse> inspected() {
        return Docker.containers(Map.of("mayfly.dev/namespace", workloads.namespace())).stream()
                .flatMap(HostileIT::inspect)
                .toList();
    }

    /** Nothing where it went meanwhile: what can't be started is tried again, in another container. */
    private static Stream<InspectContainerResponse> inspect(Container container) {
        try {
            return Stream.of(Docker.inspect(container));
        } catch (NotFoundException gone) {
            return Stream.empty();
        }
    }

    private Outcome apply(HostileManifest manifest) {
        var image = IMAGES + manifest.name() + ":1";
        var values = Map.of(
                "NAMESPACE", workloads.namespace(),
                "OTHER", neighbour.namespace(),
                "CLUSTER", operator.cluster(),
                "IMAGE", image);
        var variables = "PREFIX=" + prefix() + "\nIMAGE=" + image + "\n";
        for (var command : manifest.before()) {
            var done = Cli.shell(SHELL + variables + HostileManifest.filled(command, values));
            assertThat(done.code()).as(manifest.name() + ": " + done.output()).isZero();
        }
        var resources = manifest.resources(values);
        var owner = resources.getLast();
        var all = owner.getKind().equals("EphemeralTask") ? tasks : workloads;
        try {
            for (var resource : resources) {
                if (!resource.getKind().equals("PersistentVolume")) {
                    resource.getMetadata().setNamespace(workloads.namespace());
                }
                Cluster.client()
                        .resource(resource)
                        .fieldValidation(manifest.validation())
                        .create();
            }
            return new Outcome(all, owner.getMetadata().getName(), "");
        } catch (KubernetesClientException refused) {
            return new Outcome(all, owner.getMetadata().getName(), refused.getMessage());
        }
    }
}
