package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.engine.RegistryProxy.Mode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A registry that takes the request for a manifest and answers nothing: the engine then says not even that it heard. */
class DeadRegistryIT extends PullScenario {
    private static final int STALL_SECONDS = 60;
    private static final List<String> HUSHED = List.of("hushed-0", "hushed-1", "hushed-2");

    DeadRegistryIT() {
        super("dead-registry", STALL_SECONDS);
    }

    @Test
    void itsPullIsAbandonedAndTakesNoSlotFromOthers() {
        absent("hushed");
        var image = through("hushed");
        var other = absent("heard");
        proxy.mode(Mode.HUSH);
        HUSHED.forEach(name ->
                workloads.apply(workload(name, 1, TEMPLATE.formatted(image.replace("hushed:1", "hushed:" + name)))));
        await("one place is left").atMost(SOON).until(() -> eventsWith("Pulling") == 2);

        workloads.apply(workload("heard", 1, TEMPLATE.formatted(other)));
        await("its image is pulled")
                .atMost(SOON)
                .until(() -> Cli.tried("image", "inspect", other).code() == 0);
        assertThat(eventsWith("ErrImagePull")).as("it waited for none of them").isZero();
        workloads.awaitRunning("heard", 1);

        await().atMost(Duration.ofSeconds(6 * STALL_SECONDS)).until(() -> eventsWith("ErrImagePull") == HUSHED.size());
        assertThat(workloads.events("hushed-0", "ErrImagePull"))
                .first()
                .satisfies(event -> assertThat(event.getMessage())
                        .contains("its registry sent nothing", STALL_SECONDS + " s without a byte"));
        proxy.mode(Mode.PASS);
        workloads.apply(workload("hushed-0", 1, TEMPLATE.formatted(image)));
        workloads.awaitRunning("hushed-0", 1);
        HUSHED.forEach(this::gone);
        gone("heard");
    }

    /** How many of them report that. */
    private long eventsWith(String reason) {
        return HUSHED.stream()
                .filter(name -> !workloads.events(name, reason).isEmpty())
                .count();
    }
}
