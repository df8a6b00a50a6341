package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.scenario.Versions;
import dev.mayfly.testing.Observer;
import dev.mayfly.testing.Observer.Bounds;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Readiness;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change of the template: old replicas make room for new ones, within the rollout's bounds at every instant. */
class LifeRolloutIT {
    private static final String NAME = Versions.NAME;
    private static final String ROLLOUT =
            "{maxSurge: 1, maxUnavailable: 1, progressDeadlineSeconds: %d, minReadySeconds: 1, onFailure: Rollback}";
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final Bounds FOUR = new Bounds(5, 3);

    private Workloads workloads;
    private Versions web;

    @BeforeAll
    static void start() {
        OperatorProcess.ofLane().ensureRunning();
    }

    @BeforeEach
    void fourReplicas() {
        workloads = new Workloads("rollout");
        web = new Versions(workloads, ROLLOUT.formatted(600)); // a slow machine is no failure
        web.run("1", 4);
    }

    @AfterEach
    void cleanUp() {
        workloads.close();
    }

    @Test
    void aRolloutStaysWithinItsBounds() {
        try (var observer = observe(FOUR)) {
            web.run("2", 4);

            observer.assertKept();
            assertThat(observer.starts()).isEqualTo(4);
        }
    }

    /** The same rollout, held to bounds that it does not have: so the observer would notice if it broke its own. */
    @Test
    void violatedRolloutBoundsAreReportedWithTheHistory() {
        try (var observer = observe(new Bounds(4, 4))) {
            web.run("2", 4);

            assertThatThrownBy(observer::assertKept)
                    .hasMessageContaining("5 run or terminate where at most 4 may")
                    .hasMessageContaining("a signal leaves 3 ready where at least 4 must be")
                    .hasMessageContaining("start mayfly_" + workloads.namespace() + "_web-");
        }
    }

    @Test
    void scalingUpInTheMiddleEndsWithTheNewRevisionOnly() {
        try (var observer = observe(FOUR)) {
            web.apply("2", 4);
            await().until(() -> observer.starts() >= 1);
            observer.allow(new Bounds(9, 3)); // until it has seen that 8 are wanted
            workloads.scale(NAME, 8);
            awaitObserved();
            observer.caughtUp(); // with the signals that were sent before
            observer.allow(new Bounds(9, 7));
            web.awaitOnly("2", 8);

            observer.assertKept();
        }
    }

    @Test
    void scalingDownInTheMiddleEndsWithTheNewRevisionOnly() {
        try (var observer = observe(FOUR)) {
            web.apply("2", 4);
            await().until(() -> observer.starts() >= 1);
            observer.allow(new Bounds(5, 1));
            workloads.scale(NAME, 2);
            web.awaitOnly("2", 2);

            observer.assertKept();
        }
    }

    @Test
    void aSecondChangeInTheMiddleEndsWithTheLastRevisionOnly() {
        try (var observer = observe(FOUR)) {
            web.apply("2", 4);
            await().until(() -> observer.starts() >= 2);
            web.run("3", 4);

            observer.assertKept();
        }
    }

    @Test
    void aChangeBackInTheMiddleEndsWithTheFirstRevision() {
        try (var observer = observe(FOUR)) {
            web.apply("2", 4);
            await().until(() -> observer.starts() >= 1);
            web.run("1", 4);

            observer.assertKept();
        }
    }

    @Test
    void aRollbackInTheMiddleOfAScaleDownEndsWithAsManyOfTheOldAsAreWanted() {
        web.awaitStable();
        try (var observer = observe(FOUR)) {
            new Versions(workloads, ROLLOUT.formatted(20)).apply("bad", 4, "busybox:1.36", "exec tail -f /dev/null");
            await().until(() -> observer.starts() >= 1);
            workloads.awaitCondition(NAME, "Progressing", "False", "RolledBack", SOON);
            observer.allow(new Bounds(5, 1));
            workloads.scale(NAME, 2); // the bad one may be there still
            web.awaitOnly("1", 2);

            observer.assertKept();
            assertThat(workloads.get(NAME).getStatus().rolledBackTo()).isNotNull();
        }
    }

    @Test
    void aPausedRolloutStandsStillWhileScalingAndHealingGoOn() {
        var before = workloads.runningIds(NAME);
        web.held().apply("2", 4);
        workloads.awaitCondition(NAME, "Progressing", "Unknown", "Paused", SOON);
        assertThat(workloads.runningIds(NAME)).isEqualTo(before);

        workloads.scale(NAME, 6);
        workloads.awaitRunning(NAME, 6);
        assertThat(workloads.runningIds(NAME)).containsAll(before);

        web.run("2", 6);
    }

    private Observer observe(Bounds bounds) {
        return new Observer(workloads, NAME, bounds, Readiness.file(Versions.READY));
    }

    /** The number that is wanted now is what Mayfly goes by, and what it stopped before it knew that number is gone. */
    private void awaitObserved() {
        await().atMost(SOON).until(() -> {
            var now = workloads.get(NAME);
            return now.getMetadata().getGeneration().equals(now.getStatus().observedGeneration())
                    && Integer.valueOf(0).equals(now.getStatus().terminatingReplicas());
        });
    }
}
