package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.runtime.support.GracefulStops.Signalling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Graceful stops that our own end cuts off. */
class ClosedStopTest {

    @Test
    void aPreStopCommandThatMayBeRunningIsNotOvertakenByTheStopSignal() throws InterruptedException {
        var reasons = new ArrayList<String>();
        var announcements = new Announcements();
        announcements.onEvent(event -> reasons.add(event.reason()));
        var interrupted = new CountDownLatch(1);
        var steps = new FairExecutor("stop", 1);
        var stops = new GracefulStops(interrupted(reasons), Timers.of(steps), announcements);

        var how = new Stopping("SIGTERM", Optional.of(new PreStop.Exec(List.of("leave"))), Optional.empty());
        stops.begin(
                id(0, 1), "c1", how, Duration.ofSeconds(30), () -> reasons.add("overdue"), () -> reasons.add("over"));
        steps.execute(OwnerId.EVERY, interrupted::countDown);

        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        steps.close();
        assertThat(reasons).containsExactly("run");
    }

    private static Signalling interrupted(List<String> reasons) {
        return new Signalling() {
            @Override
            public boolean signal(String container, String signal) {
                return reasons.add(signal);
            }

            @Override
            public String prepare(String container, List<String> command) {
                return "x1";
            }

            @Override
            public void run(String command) {
                reasons.add("run");
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted");
            }

            @Override
            public OptionalInt exitCode(String command) {
                return OptionalInt.empty();
            }
        };
    }
}
