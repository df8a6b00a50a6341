package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rollout whose deadline passed while its registry was down. */
class RegistryBackIT extends PullScenario {
    private static final String OLD = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final List<String> WORKLOADS = List.of("surge", "room");
    private static final Duration BACK_OFF = Duration.ofMinutes(5);

    RegistryBackIT() {
        super("registry-back", 30);
    }

    @Test
    void itGoesOnWithoutAChangeOfTheTemplateOnceTheRegistryIsBack() throws IOException {
        var image = absent("late");
        apply(OLD, 600); // a slow machine is no failure
        for (var name : WORKLOADS) {
            workloads.awaitRunning(name, 2);
            workloads.awaitCondition(name, "Progressing", "True", "NewRevisionAvailable", SOON);
        }

        registry.stop();
        apply(TEMPLATE.formatted(image), 20);
        for (var name : WORKLOADS) {
            workloads.awaitCondition(name, "Progressing", "False", "ProgressDeadlineExceeded", SOON);
            assertThat(workloads.running(name)).hasSize(2);
        }

        registry.start();
        for (var name : WORKLOADS) {
            workloads.awaitCondition(name, "Progressing", "True", "NewRevisionAvailable", BACK_OFF);
            assertThat(workloads.get(name).getStatus().updatedReplicas()).isEqualTo(2);
            gone(name);
        }
    }

    /** One whose new replica is beyond the others, and one whose new replica takes the place of another. */
    private void apply(String template, int deadlineSeconds) {
        workloads.apply(in("surge", "maxSurge: 1, maxUnavailable: 0", template, deadlineSeconds));
        workloads.apply(in("room", "maxSurge: 0, maxUnavailable: 1", template, deadlineSeconds));
    }

    private static String in(String name, String budget, String template, int deadlineSeconds) {
        return workload(name, 2, template)
                .replace(
                        "{maxSurge: 0, maxUnavailable: 1}",
                        "{%s, progressDeadlineSeconds: %d}".formatted(budget, deadlineSeconds));
    }
}
