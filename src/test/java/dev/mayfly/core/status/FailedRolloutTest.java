package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.status.RolloutFixture.BROKEN;
import static dev.mayfly.core.status.RolloutFixture.NEW;
import static dev.mayfly.core.status.RolloutFixture.OLD;
import static dev.mayfly.core.status.RolloutFixture.STABLE;
import static dev.mayfly.core.status.RolloutFixture.at;
import static dev.mayfly.core.status.RolloutFixture.desired;
import static dev.mayfly.core.status.RolloutFixture.failing;
import static dev.mayfly.core.status.RolloutFixture.message;
import static dev.mayfly.core.status.RolloutFixture.rollingBack;
import static dev.mayfly.core.status.RolloutFixture.status;
import static dev.mayfly.core.status.RolloutFixture.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.RolloutStatus;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Samples;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The status of a rollout that exceeds its progress deadline, and the desired state that follows from it. */
class FailedRolloutTest {

    @Test
    void aFailedRolloutIsHaltedUntilTheTemplateChanges() {
        var failed = failing(OnFailure.Pause, 60);
        assertThat(summary(failed)).isEqualTo("False ProgressDeadlineExceeded");
        assertThat(message(failed))
                .isEqualTo(
                        "Revision v2 has made no progress for 60 s (spec.rollout.progressDeadlineSeconds). Nothing more"
                                + " is replaced until spec.template changes.");
        assertThat(RolloutState.of(failed, desired("v2"), at(61)).rollout().stalled())
                .isTrue();
        assertThat(RolloutState.of(failed, desired("v3"), at(61)).rollout().stalled())
                .isFalse();
        assertThat(status(
                        failed,
                        RolloutState.of(failed, desired("v2"), at(90)),
                        observed(OLD[0], OLD[1], NEW).at(at(90))))
                .as("it does not flap")
                .extracting(RolloutFixture::summary)
                .isEqualTo("False ProgressDeadlineExceeded");
    }

    @Test
    void aLongerDeadlineOrAnotherOnFailureResumesTheRollout() {
        var failed = failing(OnFailure.Pause, 60);

        assertThat(RolloutState.of(
                                failed,
                                desired("v2")
                                        .withRollout(rollout -> rollout.withProgressDeadline(Duration.ofSeconds(99))),
                                at(61))
                        .rollout()
                        .stalled())
                .isFalse();
        assertThat(RolloutState.of(
                                failed,
                                desired("v2").withRollout(rollout -> rollout.withOnFailure(OnFailure.Continue)),
                                at(61))
                        .rollout()
                        .stalled())
                .isFalse();
        assertThat(summary(status(
                        failed,
                        desired("v2").withRollout(rollout -> rollout.withOnFailure(OnFailure.Rollback)),
                        observed(OLD).at(at(62)))))
                .isEqualTo("False RolledBack");
    }

    @Test
    void withOnFailureContinueTheRolloutContinuesAndTheConditionReportsIt() {
        var failed = failing(OnFailure.Continue, 60);
        assertThat(summary(failed)).isEqualTo("False ProgressDeadlineExceeded");
        assertThat(message(failed)).contains("The rollout continues");

        var goesOn = status(
                failed,
                desired("v2").withRollout(rollout -> rollout.withOnFailure(OnFailure.Continue)),
                observed(OLD[0], OLD[1], NEW).at(at(70)));
        assertThat(summary(goesOn)).isEqualTo("True NewReplicasProgressing");
    }

    @Test
    void aRollbackIsRecordedBeforeItTakesEffect() {
        assertThat(failing(OnFailure.Rollback, 59).rolledBackTo()).isNull();
        var decided = failing(OnFailure.Rollback, 60);

        assertThat(decided.rolledBackTo()).isEqualTo("v1");
        assertThat(decided.updateRevision()).isEqualTo("v2");
        assertThat(decided.currentRevision()).isEqualTo("v1");
        assertThat(decided.updatedReplicas()).isZero();
        assertThat(summary(decided)).isEqualTo("False RolledBack");
        assertThat(message(decided))
                .isEqualTo(
                        "Revision v2 made no progress for 60 s (spec.rollout.progressDeadlineSeconds), so revision v1,"
                                + " the last that was rolled out completely, runs in its place. Change spec.template to try"
                                + " another one.");

        var planned = RolloutState.of(decided, rollingBack("v2"), at(61));
        assertThat(planned.revision()).isEqualTo("v1");
        assertThat(planned.template()).isEqualTo(Samples.template("v1"));
        assertThat(planned.rollout().rolledBack()).contains("v2");
        assertThat(status(decided, planned, observed(OLD).at(at(99)))).isEqualTo(decided);
    }

    @Test
    void aRolledBackRevisionIsNotRetriedUntilTheTemplateChanges() {
        var decided = failing(OnFailure.Rollback, 60);

        assertThat(RolloutState.of(
                                decided,
                                desired("v2").withRollout(rollout -> rollout.withOnFailure(OnFailure.Pause)),
                                at(9999))
                        .revision())
                .isEqualTo("v1");
        var changed = RolloutState.of(decided, rollingBack("v3"), at(9999));
        assertThat(changed.revision()).isEqualTo("v3");
        var next = status(decided, changed, observed(OLD).at(at(9999)));
        assertThat(next.rolledBackTo()).isNull();
        assertThat(next.rollout()).isEqualTo(new RolloutStatus("v3", 0, at(9999).toString()));
        assertThat(summary(next)).isEqualTo("True NewReplicasProgressing");
    }

    @Test
    void aRollbackToAForgottenTemplateChangesNothing() {
        var decided = failing(OnFailure.Rollback, 60);
        var forgotten = rollingBack("v2").withEarlier(Map.of());

        var planned = RolloutState.of(decided, forgotten, at(61));
        assertThat(planned.revision()).isEqualTo("v2");
        assertThat(planned.rollout().stalled()).isTrue();
        var status = status(decided, planned, observed(OLD).at(at(61)));
        assertThat(summary(status)).isEqualTo("False RolledBack");
        assertThat(message(status)).contains("v1", "is no longer known", "Change spec.template");
    }

    @Test
    void withoutAStableRevisionARollbackIsAPause() {
        var began = status(null, rollingBack("v2"), observed(BROKEN));
        var failed = status(began, rollingBack("v2"), observed(BROKEN).at(at(60)));

        assertThat(failed.rolledBackTo()).isNull();
        assertThat(summary(failed)).isEqualTo("False ProgressDeadlineExceeded");
        assertThat(message(failed)).contains("there is no other completely rolled out revision");
    }

    @Test
    void aRollbackFillsTheSlotsThatTheFailedRevisionAbandoned() {
        var began = status(STABLE, rollingBack("v2"), observed(OLD));
        var gaveUp = rollingBack("v2").withRestarts(restarts -> restarts.withAbandoned(Set.of(2)));

        var decided = status(began, gaveUp, observed(OLD).at(at(60)));
        assertThat(decided.abandonedSlots()).isNull();
        assertThat(status(decided, gaveUp, observed(OLD).at(at(61))).abandonedSlots())
                .as("nor later, while it is not read back")
                .isNull();
        assertThat(RolloutState.of(decided, rollingBack("v2"), at(61))
                        .restarts()
                        .abandoned())
                .isEmpty();
    }

    @Test
    void aFailedRolloutIsReportedOnce() {
        var began = status(STABLE, desired("v2"), observed(OLD));
        var failed = failing(OnFailure.Rollback, 60);

        assertThat(RolloutState.failed(began, failed)).isPresent();
        assertThat(RolloutState.failed(failed, failed)).isEmpty();
        assertThat(RolloutState.failed(null, STABLE)).isEmpty();
    }

    @Test
    void withoutARevisionToRollBackToAbandonedSlotsAreKept() {
        var decided = failing(OnFailure.Rollback, 60);
        var forgotten =
                rollingBack("v2").withEarlier(Map.of()).withRestarts(restarts -> restarts.withAbandoned(Set.of(2)));

        assertThat(RolloutState.of(decided, forgotten, at(61)).rollout().stalled())
                .isTrue();
        assertThat(status(decided, forgotten, observed(OLD).at(at(61))).abandonedSlots())
                .isEqualTo("2");
    }
}
