package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static java.util.concurrent.CompletableFuture.completedStage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.PreStop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients are led elsewhere before a replica is stopped. */
class LifecycleDrainTest extends LifecycleFixture {
    @Test
    void clientsAreLedElsewhereBeforePreStopOutsideOfTheGrace() {
        running(Samples.template("a")
                .withLifecycle(
                        lifecycle -> lifecycle.withPreStop(Optional.of(new PreStop.Sleep(Duration.ofSeconds(3))))));
        stops.before(id -> completedStage(id.equals(ID) ? Duration.ofSeconds(2) : Duration.ZERO));

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(4), Cause.SCALE_DOWN));
        pass(Duration.ofMillis(4_900));
        assertThat(calls).isEmpty();
        pass(Duration.ofMillis(200));
        assertThat(calls).containsExactly("SIGTERM");
        pass(Duration.ofMillis(1_800));
        assertThat(calls).as("preStop leaves 2 s").containsExactly("SIGTERM");
        pass(Duration.ofMillis(200));

        assertThat(calls).containsExactly("SIGTERM", "remove");
    }

    @Test
    void oneThatEndsWhileClientsAreLedElsewhereIsRemovedAtOnce() {
        running(Samples.template("a"));
        stops.before(id -> completedStage(Duration.ofSeconds(9)));

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(10), Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(1));
        lifecycle.apply(ID, new Fact.Died(CONTAINER, Signals.exit(0), NOON));
        pass(Duration.ofSeconds(20));

        assertThat(calls).containsExactly("remove");
    }

    @Test
    void clientsAreLedElsewhereForTenSecondsAtMost() {
        running(Samples.template("a"));
        stops.before(id -> completedStage(Duration.ofDays(1)));

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(10), Cause.SCALE_DOWN));
        pass(Duration.ofMillis(9_900));
        assertThat(calls).isEmpty();
        pass(Duration.ofMillis(200));

        assertThat(calls).containsExactly("SIGTERM");
    }

    @Test
    void theTimeRunsOnceClientsAreLedElsewhere() {
        running(Samples.template("a"));
        var led = new CompletableFuture<Duration>();
        stops.before(id -> led);

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(10), Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(4));
        led.complete(Duration.ofSeconds(2));
        pass(Duration.ofMillis(1_900));
        assertThat(calls).isEmpty();
        pass(Duration.ofMillis(200));

        assertThat(calls).containsExactly("SIGTERM");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoNeverSaysThatClientsAreLedElsewhereIsWaitedForTenSeconds(boolean late) {
        running(Samples.template("a"));
        var led = new CompletableFuture<Duration>();
        stops.before(id -> led);

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(10), Cause.SCALE_DOWN));
        pass(Duration.ofMillis(9_900));
        if (late) {
            led.complete(Duration.ofSeconds(5));
        }
        assertThat(calls).isEmpty();
        pass(Duration.ofMillis(200));

        assertThat(calls).containsExactly("SIGTERM");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWaitThatIsNegativeOrCanNotBeToldIsNone(boolean negative) {
        running(Samples.template("a"));
        stops.before(id -> {
            if (negative) {
                return completedStage(Duration.ofSeconds(-1));
            }
            throw new IllegalStateException("unknown");
        });

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(10), Cause.SCALE_DOWN));
        pass(Duration.ZERO);

        assertThat(calls).containsExactly("SIGTERM");
    }
}
