package dev.mayfly.core.idle;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.idle.IdleScaling.Use;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.plan.Planner;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdleScalingTest {
    private static final Duration AFTER = Duration.ofSeconds(60);
    private static final Optional<Instant> LONG_AGO = Optional.of(NOON.minus(AFTER));
    private static final Observed SERVING = observed(replica(0, Phase.RUNNING));
    private static final Observed NOTHING = observed();

    private final Desired wanted = desired(3).withToZero(new ToZero(AFTER, "web"));
    private final Desired idle = at(wanted, Optional.of(NOON.minusSeconds(5)));

    @Test
    void itGoesToZeroWhenItWasNotUsedForLongAndTheActivatorTakesConnections() {
        var unused = new Use(LONG_AGO, false, true, Optional.empty());

        assertThat(since(wanted, SERVING, unused)).contains(NOON);
        assertThat(since(wanted, SERVING, new Use(Optional.of(NOON.minusSeconds(59)), false, true, Optional.empty())))
                .isEmpty();
        assertThat(since(wanted, SERVING, new Use(LONG_AGO, false, false, Optional.empty())))
                .isEmpty();
        assertThat(since(wanted, SERVING, new Use(LONG_AGO, true, true, Optional.empty())))
                .isEmpty();
        assertThat(since(wanted, NOTHING, unused))
                .as("no replica of the revision was ever ready")
                .isEmpty();
    }

    @Test
    void atZeroNoReplicaIsWantedAndOnesThatRunEnd() {
        var decided = IdleScaling.decide(wanted, SERVING, new Use(LONG_AGO, false, true, Optional.empty()));

        assertThat(decided.replicas()).isZero();
        assertThat(Planner.plan(decided, SERVING, 8).removals()).hasSize(1);
        assertThat(Planner.plan(decided, NOTHING, 8).launches()).isEmpty();
    }

    @Test
    void aClientThatWaitsBringsAllReplicasBack() {
        var decided = IdleScaling.decide(idle, NOTHING, new Use(LONG_AGO, true, false, Optional.empty()));

        assertThat(decided.toZero().orElseThrow().since()).isEmpty();
        assertThat(decided.replicas()).isEqualTo(3);
        assertThat(Planner.plan(decided, NOTHING, 8).launches()).isNotEmpty();
    }

    @Test
    void anOperatorThatBeginsToLookKeepsItAtZeroUnlessReplicasRun() {
        assertThat(since(idle, NOTHING, Use.UNKNOWN)).contains(NOON.minusSeconds(5));
        assertThat(since(idle, SERVING, Use.UNKNOWN)).isEmpty();
        assertThat(since(idle, SERVING, new Use(LONG_AGO, false, false, Optional.empty())))
                .as("one that it has just taken away, and that is still busy")
                .isPresent();
    }

    @Test
    void oneThatMayNotGoToZeroServes() {
        var refused = Use.refused(new Failure("NotScaledToZero", "there is no Service web"));
        var decided = IdleScaling.decide(idle, NOTHING, refused);

        assertThat(decided.replicas()).isEqualTo(3);
        assertThat(decided.toZero().orElseThrow().refused()).isPresent();
    }

    @Test
    void zeroReplicasAreNotIdle() {
        var none = wanted.withReplicas(0);

        assertThat(since(none, NOTHING, new Use(LONG_AGO, false, true, Optional.empty())))
                .isEmpty();
        assertThat(IdleScaling.decide(desired(3), SERVING, Use.UNKNOWN)).isEqualTo(desired(3));
    }

    @Test
    void whateverIsSeenItNeverGoesToZeroWhileItIsUsed() {
        var random = new SplittableRandom(7);
        for (var step = 0; step < 20_000; step++) {
            var use = new Use(
                    random.nextBoolean() ? Optional.of(NOON.minusSeconds(random.nextInt(120))) : Optional.empty(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextInt(4) == 0 ? Optional.of(new Failure("NotScaledToZero", "")) : Optional.empty());
            var before = random.nextBoolean() ? wanted : idle;
            var seen = random.nextBoolean() ? SERVING : NOTHING;
            var decided = IdleScaling.decide(before, seen, use);
            var atZero = decided.toZero().orElseThrow().since().isPresent();

            assertThat(decided.replicas()).isEqualTo(atZero ? 0 : 3);
            assertThat(atZero && (use.waiting() || use.refused().isPresent())).isFalse();
            if (atZero && before == wanted) {
                assertThat(use.diverted()).isTrue();
                assertThat(use.last().orElseThrow()).isBeforeOrEqualTo(NOON.minus(AFTER));
            }
            assertThat(IdleScaling.decide(
                                    at(wanted, decided.toZero().orElseThrow().since()), seen, use)
                            .toZero()
                            .orElseThrow()
                            .since())
                    .as("the same again")
                    .isEqualTo(decided.toZero().orElseThrow().since());
        }
    }

    private static Desired at(Desired desired, Optional<Instant> since) {
        return desired.withToZero(desired.toZero().orElseThrow().withSince(since));
    }

    private static Optional<Instant> since(Desired desired, Observed observed, Use use) {
        return IdleScaling.decide(desired, observed, use).toZero().orElseThrow().since();
    }
}
