package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Workloads;
import java.time.Duration;

/**
 * Many replicas start and are one Event; a scale-up in flight is overtaken by a scale-down.
 *
 * @param many how many, more than 5
 */
public record ScaleUpAndBack(int many) implements Scenario {
    private static final String WHOLE = "whole";
    private static final String OVERTAKEN = "overtaken";

    @Override
    public String run(Workloads workloads) {
        try {
            workloads.apply(WHOLE, many);
            workloads.awaitRunning(WHOLE, many);
            await().untilAsserted(() -> assertThat(workloads.events(WHOLE, "SuccessfulCreate"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getCount()).isEqualTo(many)));
        } finally {
            workloads.delete(WHOLE);
            workloads.awaitGone(WHOLE);
        }
        try {
            workloads.apply(OVERTAKEN, many);
            await().pollInterval(Duration.ofMillis(50))
                    .until(() -> workloads.running(OVERTAKEN).size() >= 5);
            workloads.scale(OVERTAKEN, 2);
            workloads.awaitRunning(OVERTAKEN, 2);
            await().until(() -> !workloads.events(OVERTAKEN, "SuccessfulCreate").isEmpty());
            var created =
                    workloads.events(OVERTAKEN, "SuccessfulCreate").getFirst().getCount();
            assertThat(created).isLessThan(many);
            return "%d replicas are one Event; of %d in flight %d were made before they became 2"
                    .formatted(many, many, created);
        } finally {
            workloads.delete(OVERTAKEN);
            workloads.awaitGone(OVERTAKEN);
        }
    }
}
