package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.ImageStatus.PullStatus;
import dev.mayfly.core.status.Sizes;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.RegistryProxy.Mode;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls that are slow, stall or are asked for by many. */
class PullIT extends PullScenario {
    private static final int STALL_SECONDS = 45;

    PullIT() {
        super("pulls", STALL_SECONDS);
    }

    @Test
    void twentyWorkloadsThatAskForTheSameAbsentImageCauseOnePull() {
        var image = absent("shared");
        var names = IntStream.range(0, 20).mapToObj(i -> "shared-" + i).toList();

        names.forEach(name -> workloads.apply(workload(name, 1, TEMPLATE.formatted(image))));

        names.forEach(name -> workloads.awaitRunning(name, 1));
        assertThat(registry.pulls("pulls/shared", "1")).isEqualTo(1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(names)
                        .allSatisfy(name -> assertThat(count(name, "Pulling") + count(name, "Pulled"))
                                .isIn(0, 2))
                        .anySatisfy(name -> assertThat(count(name, "Pulled")).isPositive()));
        names.forEach(workloads::delete);
        names.forEach(workloads::awaitGone);
    }

    @Test
    void stoppedDuringAPullTheNextOperatorPullsAgain() {
        absent("handed-over");
        var image = through("handed-over");
        proxy.mode(Mode.STALL);
        workloads.apply(workload("handed-over", 2, TEMPLATE.formatted(image)));
        await().atMost(SOON)
                .until(() -> pull("handed-over")
                        .filter(pull -> Sizes.bytes(pull.pulledSize()) > 0)
                        .isPresent());

        operator.stop(Duration.ofSeconds(STALL_SECONDS)); // it waits for no pull
        proxy.mode(Mode.PASS);
        operator.start();

        workloads.awaitRunning("handed-over", 2);
        gone("handed-over");
    }

    @Test
    void aStalledPullIsAbandonedAndReportedWhileOthersArePulled() {
        absent("stalling");
        var image = through("stalling");
        var other = absent("other");
        proxy.mode(Mode.STALL);
        workloads.apply(workload("stalling", 2, TEMPLATE.formatted(image)));
        await().atMost(SOON)
                .until(() -> pull("stalling")
                        .filter(pull -> Sizes.bytes(pull.pulledSize()) > 0)
                        .isPresent());

        workloads.apply(workload("other", 1, TEMPLATE.formatted(other)));
        await().atMost(SOON).until(() -> Cli.tried("image", "inspect", other).code() == 0);

        assertThat(pull("stalling")).as("the other did not wait for its end").isPresent();
        awaitDegraded(
                "stalling", "ErrImagePull", image, "its registry sent nothing", STALL_SECONDS + " s without a byte");
        await().atMost(SOON).until(() -> pull("stalling").isEmpty());
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(workloads.events("stalling", "ErrImagePull")).isNotEmpty());
        proxy.mode(Mode.PASS);
        workloads.awaitRunning("stalling", 2);
        workloads.awaitRunning("other", 1);
        gone("stalling");
        gone("other");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void statusTellsHowFarAPullIsAndNothingIsReplacedBeforeItIsOver(int maxSurge) {
        var name = "rolled-" + maxSurge;
        running(name, 2, TEMPLATE.formatted("busybox:1.36"));
        absent("slow-" + maxSurge);
        proxy.mode(Mode.SLOW);
        var before = workloads.runningIds(name);
        var seen = new ArrayList<PullStatus>();

        var image = through("slow-" + maxSurge);
        workloads.apply(workload(name, 2, TEMPLATE.formatted(image)).replace("maxSurge: 0", "maxSurge: " + maxSurge));
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> {
            var now = pull(name);
            now.filter(pull -> !seen.contains(pull)).ifPresent(seen::add);
            var running = workloads.runningIds(name);
            if (!here(image)) { // asked last: so it was not here when they were looked at
                assertThat(running).isEqualTo(before);
            }
            return !seen.isEmpty() && now.isEmpty();
        });

        proxy.mode(Mode.PASS);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(workloads.runningIds(name)).hasSize(2).doesNotContainAnyElementsOf(before));
        assertThat(seen).extracting(PullStatus::percent).isSorted().hasSizeGreaterThan(2);
        assertThat(seen).extracting(PullStatus::layers).contains(2);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.events(name, "Pulled"))
                        .singleElement()
                        .satisfies(event -> assertThat(event.getMessage())
                                .containsPattern("Pulled image .*slow-.:1: \\d{7} bytes in \\d+\\.\\d s")));
        gone(name);
    }

    private static boolean here(String image) {
        return !Docker.client()
                .listImagesCmd()
                .withReferenceFilter(image)
                .exec()
                .isEmpty();
    }

    @Test
    void aRolloutWithoutSurgeToAMissingImageRemovesNoReplica() {
        running("stays", 2, TEMPLATE.formatted("busybox:1.36"));
        var before = workloads.runningIds("stays");

        workloads.apply(workload("stays", 2, TEMPLATE.formatted(registry.repository("pulls/nowhere") + ":1")));

        awaitDegraded("stays", "ErrImagePull", "its registry does not have it");
        assertThat(workloads.runningIds("stays")).isEqualTo(before);
        workloads.apply(workload("stays", 2, TEMPLATE.formatted("busybox:1.36")));
        workloads.awaitCondition("stays", "Degraded", "False", "AsExpected", SOON);
        gone("stays");
    }

    @Test
    void manyReplicasOfAMissingImageAskTheRegistryRarely() {
        var image = registry.repository("pulls/missing") + ":1";
        var begin = Instant.now();
        IntStream.range(0, 5).forEach(i -> workloads.apply(workload("missing-" + i, 50, TEMPLATE.formatted(image))));
        awaitDegraded("missing-0", "ErrImagePull", "its registry does not have it", "manifest unknown");

        await("what is rare").until(() -> elapsed(begin).toSeconds() >= 8);
        assertThat(registry.pulls("pulls/missing", "1"))
                .as("at once, and every ten seconds")
                .isBetween(1L, 1 + elapsed(begin).toSeconds() / 10);

        IntStream.range(0, 5).forEach(i -> workloads.apply(workload("missing-" + i, 2, TEMPLATE.formatted(image))));
        push("missing");
        IntStream.range(0, 5).forEach(i -> workloads.awaitRunning("missing-" + i, 2));
        IntStream.range(0, 5).forEach(i -> workloads.delete("missing-" + i));
        IntStream.range(0, 5).forEach(i -> workloads.awaitGone("missing-" + i));
    }

    private Optional<PullStatus> pull(String workload) {
        return Optional.ofNullable(workloads.get(workload).getStatus())
                .flatMap(status -> Optional.ofNullable(status.image()))
                .flatMap(image -> Optional.ofNullable(image.pull()));
    }

    private static Duration elapsed(Instant since) {
        return Duration.between(since, Instant.now());
    }

    private int count(String workload, String reason) {
        return workloads.events(workload, reason).stream()
                .mapToInt(Event::getCount)
                .sum();
    }
}
