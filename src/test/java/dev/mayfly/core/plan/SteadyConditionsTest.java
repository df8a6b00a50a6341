package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Conditions don't change with every attempt of a replica that fails, and change once it has recovered. */
class SteadyConditionsTest {
    private static final int STEP_MILLIS = 500;
    private static final String CRASH_LOOP = "Available=False Degraded=True/CrashLoopBackOff";
    private static final String WELL = "Available=True Degraded=False/AsExpected";

    private final SimulatedCluster world = new SimulatedCluster(7, new Wish("25%", "25%"));
    private final List<String> changes = new ArrayList<>();
    private final Set<String> messages = new LinkedHashSet<>();

    @Test
    void aReplicaThatRunsForAMomentAtEachAttemptChangesTheConditionsOnce() {
        world.scale(1);

        pass(Duration.ofMinutes(15), Duration.ofSeconds(3));
        assertThat(changes).endsWith(CRASH_LOOP);
        assertThat(changes.subList(changes.indexOf(CRASH_LOOP), changes.size()))
                .as("of %s", changes)
                .hasSize(1);

        changes.clear();
        pass(Duration.ofMinutes(10), Duration.ofHours(1));
        assertThat(changes).as("it recovers").containsExactly(CRASH_LOOP, WELL);
    }

    @Test
    void theMessageOfACrashLoopIsSteadyAndNamesExitCodeSignalAndACommand() {
        world.scale(1);
        pass(Duration.ofMinutes(5), Duration.ofSeconds(3));

        messages.clear();
        pass(Duration.ofMinutes(10), Duration.ofSeconds(3));

        assertThat(messages)
                .singleElement(STRING)
                .contains("Back-off restarting failed replicas", "exit code 137 (SIGKILL)", "docker logs");
    }

    @Test
    void oneOfManyThatFailsAgainAndAgainIsReportedThroughAllAttempts() {
        world.scale(8);
        world.settle();

        pass(Duration.ofMinutes(15), Duration.ofSeconds(3));
        assertThat(changes).hasSizeLessThanOrEqualTo(3).endsWith("Available=True Degraded=True/CrashLoopBackOff");
    }

    @Test
    void aReplicaThatIsKilledOnceIsAvailableAtOnce() {
        world.scale(1);
        world.settle();
        world.pass(60_000);

        world.engine().kill(first().id());
        pass(Duration.ofSeconds(5), Duration.ofHours(1));

        assertThat(changes).endsWith(WELL);
    }

    /** The replica in slot 0 exits each time it has run for that long. */
    private void pass(Duration time, Duration runs) {
        for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusMillis(STEP_MILLIS)) {
            if (first().phase() == Phase.RUNNING
                    && !first().since().plus(runs).isAfter(world.engine().now())) {
                world.engine().kill(first().id());
            }
            world.apply(world.plan());
            note(world.memory().summary());
            messages.add(world.memory().message());
            world.pass(STEP_MILLIS);
        }
    }

    private Replica first() {
        if (world.observed().occupant(0).isEmpty()) {
            world.apply(world.plan());
        }
        return world.observed().occupant(0).orElseThrow();
    }

    private void note(String summary) {
        if (changes.isEmpty() || !changes.getLast().equals(summary)) {
            changes.add(summary);
        }
    }
}
