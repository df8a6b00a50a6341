package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.core.status.RolloutFixture.BROKEN;
import static dev.mayfly.core.status.RolloutFixture.NEW;
import static dev.mayfly.core.status.RolloutFixture.OLD;
import static dev.mayfly.core.status.RolloutFixture.STABLE;
import static dev.mayfly.core.status.RolloutFixture.at;
import static dev.mayfly.core.status.RolloutFixture.desired;
import static dev.mayfly.core.status.RolloutFixture.message;
import static dev.mayfly.core.status.RolloutFixture.of;
import static dev.mayfly.core.status.RolloutFixture.status;
import static dev.mayfly.core.status.RolloutFixture.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.RolloutStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.policy.Compliance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The status of a rollout. */
class RolloutStatusTest {

    @Test
    void aCompletelyRolledOutRevisionIsCurrent() {
        assertThat(STABLE.currentRevision()).isEqualTo("v1");
        assertThat(STABLE.rollout()).isNull();
        assertThat(summary(STABLE)).isEqualTo("True NewRevisionAvailable");
    }

    @Test
    void noRevisionIsCurrentBeforeItsRolloutIsComplete() {
        assertThat(status(null, desired("v1"), observed(OLD[0])).currentRevision())
                .isNull();
        assertThat(status(null, desired("v1").withReplicas(0).withAdmitted(0), observed())
                        .currentRevision())
                .as("without replicas nothing is proven")
                .isNull();
    }

    @Test
    void theStatusKeepsWhenTheRolloutStartedAndLastMadeProgress() {
        var began = status(STABLE, desired("v2"), observed(OLD).at(at(10)));
        assertThat(began.rollout()).isEqualTo(new RolloutStatus("v2", 0, at(10).toString()));
        assertThat(began.currentRevision()).isEqualTo("v1");
        assertThat(began.updateRevision()).isEqualTo("v2");

        var idle = status(began, desired("v2"), observed(OLD[0], OLD[1], BROKEN).at(at(20)));
        assertThat(idle.rollout()).isEqualTo(began.rollout());

        var one = status(idle, desired("v2"), observed(OLD[0], OLD[1], NEW).at(at(30)));
        assertThat(one.rollout()).isEqualTo(new RolloutStatus("v2", 1, at(30).toString()));

        var again = status(one, desired("v2"), observed(OLD[0], OLD[1], BROKEN).at(at(40)));
        assertThat(status(again, desired("v2"), observed(OLD[0], OLD[1], NEW).at(at(50)))
                        .rollout())
                .as("as many as before are no progress")
                .isEqualTo(one.rollout());
    }

    @Test
    void aReplicaThatIsNotAvailableYetIsNoProgress() {
        var slow = desired("v2").withRollout(rollout -> rollout.withMinReady(Duration.ofSeconds(30)));
        var began = status(STABLE, slow, observed(OLD).at(at(1)));

        var ready = status(began, slow, observed(OLD[0], OLD[1], NEW).at(at(29)));
        assertThat(ready.readyReplicas()).isEqualTo(3);
        assertThat(ready.availableReplicas()).isZero();
        assertThat(ready.rollout().peakAvailableReplicas()).isZero();
        assertThat(RolloutState.requeueAfter(
                        ready, slow, observed(OLD[0], OLD[1], NEW).at(at(29))))
                .contains(Duration.ofSeconds(1));

        var available = status(ready, slow, observed(OLD[0], OLD[1], NEW).at(at(30)));
        assertThat(available.availableReplicas()).isEqualTo(3);
        assertThat(available.rollout().peakAvailableReplicas()).isEqualTo(1);
    }

    @Test
    void aCompleteRolloutIsForgotten() {
        var began = status(STABLE, desired("v2"), observed(OLD));
        var complete = status(began, desired("v2"), observed(of("v2", 0), of("v2", 1)));

        assertThat(complete.currentRevision()).isEqualTo("v2");
        assertThat(complete.rollout()).isNull();
        assertThat(status(
                        complete,
                        desired("v2"),
                        observed(of("v2", 0), of("v2", 1)).at(at(999))))
                .isEqualTo(complete);
    }

    @Test
    void healingAfterARolloutHasNoDeadline() {
        var healing = observed(OLD[0], replica(1, 2, "v1", Phase.CREATED)).at(at(999));

        var status = status(STABLE, desired("v1"), healing);

        assertThat(summary(status)).isEqualTo("True NewRevisionAvailable");
        assertThat(status.rollout()).isNull();
    }

    @Test
    void theStatusIsRequeuedForTheDeadline() {
        var began = status(STABLE, desired("v2"), observed(OLD));
        var stuck = observed(OLD[0], OLD[1], BROKEN);

        assertThat(RolloutState.requeueAfter(began, desired("v2"), stuck.at(at(40))))
                .contains(Duration.ofSeconds(20));
        assertThat(RolloutState.requeueAfter(began, desired("v2"), stuck.at(at(60))))
                .isEmpty();
        assertThat(RolloutState.requeueAfter(STABLE, desired("v1"), observed(OLD)))
                .isEmpty();
    }

    @Test
    void aPauseStopsTheClock() {
        var began = status(STABLE, desired("v2"), observed(OLD));
        var paused = status(
                began,
                desired("v2").withRollout(rollout -> rollout.withPaused(true)),
                observed(OLD).at(at(30)));
        assertThat(summary(paused)).isEqualTo("Unknown Paused");
        assertThat(paused.rollout()).isNull();

        assertThat(status(paused, desired("v2"), observed(OLD).at(at(999)))
                        .rollout()
                        .lastProgressTime())
                .isEqualTo(at(999).toString());
    }

    @Test
    void aPartitionedRolloutIsCompleteWithoutBecomingCurrent() {
        var partitioned =
                desired("v2").withRollout(rollout -> rollout.withPartition(1).withStable("v1"));

        var status = status(STABLE, partitioned, observed(OLD[0], of("v2", 1)));

        assertThat(summary(status)).isEqualTo("True NewRevisionAvailable");
        assertThat(message(status)).endsWith("1 of 2 replicas stay on revision v1 (spec.rollout.partition).");
        assertThat(status.currentRevision()).isEqualTo("v1");
        assertThat(status.updatedReplicas()).isEqualTo(1);
        assertThat(status.rollout()).isNull();
        assertThat(status(
                        status,
                        partitioned,
                        observed(OLD[0], replica(1, 2, "v2", Phase.PENDING)).at(at(999))))
                .as("healing has no deadline")
                .extracting(RolloutFixture::summary)
                .isEqualTo("True NewRevisionAvailable");
        assertThat(status(
                        status,
                        partitioned.withReplicas(9).withAdmitted(9),
                        observed(OLD[0], of("v2", 1)).at(at(999))))
                .as("nor has scaling")
                .extracting(RolloutFixture::summary)
                .isEqualTo("True NewRevisionAvailable");
    }

    @Test
    void noDeadlineRunsWhileTheEngineHasNoCapacityToStart() {
        var full = desired("v2").withRollout(rollout -> rollout.withBudget(new Budget(0, 0)));

        var status = status(STABLE, full, observed(OLD));
        assertThat(summary(status)).isEqualTo("True NewReplicasProgressing");
        assertThat(status.rollout()).isNull();
        assertThat(summary(status(status, full, observed(OLD).at(at(9999))))).isEqualTo("True NewReplicasProgressing");

        var roomy = status(
                status,
                full.withRollout(rollout -> rollout.withBudget(new Budget(1, 0))),
                observed(OLD).at(at(9999)));
        assertThat(roomy.rollout().lastProgressTime()).isEqualTo(at(9999).toString());
    }

    /** Such as a pull ahead of a rollout that has no surge, or a policy. */
    @Test
    void aRolloutThatSomethingElseHeldUpGoesOnOnceThatIsGone() {
        var began = held(STABLE, observed(OLD));
        var overdue = held(began, observed(OLD).at(at(60)));
        assertThat(summary(overdue)).isEqualTo("False ProgressDeadlineExceeded");
        assertThat(message(overdue))
                .endsWith("until spec.template changes, or a replica of the revision can be created.");
        assertThat(RolloutState.of(overdue, desired("v2"), at(61)).rollout().stalled())
                .as("scaling goes on with the stable revision")
                .isTrue();
        assertThat(held(overdue, observed(OLD).at(at(999)))).isEqualTo(overdue);

        var free = status(overdue, desired("v2"), observed(OLD).at(at(999)));
        assertThat(summary(free)).isEqualTo("True NewReplicasProgressing");
        assertThat(free.rollout()).isEqualTo(new RolloutStatus("v2", 0, at(999).toString()));
    }

    private static EphemeralWorkloadStatus held(EphemeralWorkloadStatus before, Observed observed) {
        return StatusCalculator.status(
                before,
                7,
                "Docker",
                desired("v2"),
                observed,
                List.of(new Failure("ErrImagePull", "connection refused")),
                AuditReport.NONE,
                null,
                Compliance.UNKNOWN);
    }

    @Test
    void fewerReplicasThanWereAvailableRestartTheDeadline() {
        var five = desired("v2").withReplicas(5).withAdmitted(5);
        var many = observed(OLD[0], NEW, of("v2", 3), of("v2", 4));
        var began = status(STABLE, five, many);
        assertThat(began.rollout().peakAvailableReplicas()).isEqualTo(3);

        var fewer = status(began, desired("v2"), many.at(at(50)));

        assertThat(fewer.rollout()).isEqualTo(new RolloutStatus("v2", 2, at(50).toString()));
    }
}
