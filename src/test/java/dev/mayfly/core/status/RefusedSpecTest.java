package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.core.status.RolloutFixture.OLD;
import static dev.mayfly.core.status.RolloutFixture.STABLE;
import static dev.mayfly.core.status.RolloutFixture.at;
import static dev.mayfly.core.status.RolloutFixture.desired;
import static dev.mayfly.core.status.RolloutFixture.failing;
import static dev.mayfly.core.status.RolloutFixture.rollingBack;
import static dev.mayfly.core.status.RolloutFixture.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.policy.Compliance;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A spec that can't be honored: the last one goes on, and the status claims nothing else. */
class RefusedSpecTest {
    private static final Failure GONE = new Failure("ConfigMapNotFound", "ConfigMap settings is not there");
    private static final Observed DEAD =
            observed(replica(0, Phase.ENDED), replica(1, Phase.ENDED)).at(at(10));

    @Test
    void theLastSpecGoesOn() {
        var goesOn = RolloutState.of(STABLE, refused("x"), at(1));

        assertThat(goesOn.revision()).isEqualTo("v1");
        assertThat(goesOn.template()).isEqualTo(Samples.template("v1"));
        assertThat(goesOn.specRevision()).isEqualTo("x");
        assertThat(goesOn.standsIn()).isTrue();
        assertThat(goesOn.startsNothing()).isFalse();
    }

    @Test
    void theStatusCountsWhatRuns() {
        var status = status(STABLE, refused("x"), DEAD);

        assertThat(status.readyReplicas()).isZero();
        assertThat(condition(status, "Available").getStatus()).isEqualTo("False");
        assertThat(condition(status, "Degraded").getReason()).isEqualTo("ConfigMapNotFound");
        assertThat(summary(status)).isEqualTo("Unknown ConfigMapNotFound");
        assertThat(condition(status(status, refused("x"), observed(OLD).at(at(20))), "Available")
                        .getStatus())
                .as("healed")
                .isEqualTo("True");
    }

    @Test
    void aRefusedSpecIsNotObserved() {
        var status = status(STABLE, refused("x"), observed(OLD));

        assertThat(status.observedGeneration()).isEqualTo(7);
        assertThat(condition(status, "Available").getObservedGeneration()).isEqualTo(7);
        assertThat(condition(status, "Degraded").getObservedGeneration()).isEqualTo(8);
        assertThat(status.updateRevision()).isEqualTo("v1");
        assertThat(status.updatedReplicas()).isEqualTo(2);
        assertThat(status(status, desired("v1"), observed(OLD)).observedGeneration())
                .isEqualTo(8);
    }

    @Test
    void aSpecThatWasNeverGoodStartsNothingAndIsNotAvailable() {
        var nothing = RolloutState.of(null, refused("x").withEarlier(Map.of()), NOON);
        assertThat(nothing.startsNothing()).isTrue();

        var status = StatusCalculator.status(
                null, 1, "Docker", nothing, observed(), List.of(), AuditReport.NONE, null, Compliance.UNKNOWN);
        assertThat(status.observedGeneration()).isNull();
        assertThat(status.updateRevision()).isNull();
        assertThat(condition(status, "Available"))
                .returns("False", Condition::getStatus)
                .as("kubectl wait compares it with the generation")
                .returns(0L, Condition::getObservedGeneration);
    }

    @Test
    void theDeadlineOfARefusedSpecRuns() {
        var began = status(STABLE, refused("x"), observed(OLD));
        var failed = status(began, refused("x"), observed(OLD).at(at(60)));

        assertThat(summary(failed)).isEqualTo("False ProgressDeadlineExceeded");
        assertThat(status(failed, refused("x"), observed(OLD).at(at(90))))
                .as("it does not flap")
                .isEqualTo(failed);
        assertThat(summary(status(failed, refused("y"), observed(OLD).at(at(99)))))
                .as("another spec has a deadline of its own")
                .isEqualTo("Unknown ConfigMapNotFound");
        assertThat(summary(status(failed, desired("v1"), observed(OLD).at(at(99)))))
                .isEqualTo("True NewRevisionAvailable");
    }

    @Test
    void aRefusedSpecIsRolledBackAndNotTriedAgain() {
        var began = status(STABLE, refusedRollingBack("x"), observed(OLD));
        var decided = status(began, refusedRollingBack("x"), observed(OLD).at(at(60)));

        assertThat(decided.rolledBackTo()).isEqualTo("v1");
        assertThat(decided.updateRevision()).isEqualTo("x");
        assertThat(decided.observedGeneration()).isEqualTo(7);
        assertThat(summary(decided)).isEqualTo("False RolledBack");

        var planned = RolloutState.of(decided, refusedRollingBack("x"), at(61));
        assertThat(planned.revision()).isEqualTo("v1");
        assertThat(planned.rollout().rolledBack()).contains("x");
        assertThat(planned.standsIn()).isFalse();
        assertThat(status(decided, refusedRollingBack("x"), observed(OLD).at(at(99))))
                .isEqualTo(decided);

        var corrected = RolloutState.of(decided, rollingBack("v3"), at(99));
        assertThat(corrected.revision()).isEqualTo("v3");
        assertThat(corrected.rollout().rolledBack()).isEmpty();
    }

    @Test
    void aRollbackBeforeTheRefusedSpecStays() {
        var decided = failing(OnFailure.Rollback, 60);

        var goesOn = RolloutState.of(decided, refusedRollingBack("x"), at(61));
        assertThat(goesOn.revision()).isEqualTo("v1");
        assertThat(goesOn.rollout().rolledBack()).contains("v2");
        var status = status(decided, refusedRollingBack("x"), observed(OLD).at(at(61)));
        assertThat(status.rolledBackTo()).isEqualTo("v1");
        assertThat(status.updateRevision()).isEqualTo("v2");
        assertThat(condition(status, "Degraded").getStatus()).isEqualTo("True");
    }

    @Test
    void aSecondRefusedSpecAfterARollbackRunsTheSameRevision() {
        var began = status(STABLE, refusedRollingBack("x"), observed(OLD));
        var decided = status(began, refusedRollingBack("x"), observed(OLD).at(at(60)));

        assertThat(RolloutState.of(decided, refusedRollingBack("y"), at(61)).revision())
                .isEqualTo("v1");
    }

    @Test
    void aSpecWhoseContentCanNotBeReadLeavesTheMemoryAsItIs() {
        var decided = failing(OnFailure.Rollback, 60);
        var unread = withoutTemplate().refusing(Optional.empty(), GONE);

        var goesOn = RolloutState.of(decided, unread, at(61));
        assertThat(goesOn.revision()).isEqualTo("v1");
        assertThat(goesOn.rollout().rolledBack()).contains("v2");
        assertThat(status(decided, unread, observed(OLD).at(at(61))).rolledBackTo())
                .isEqualTo("v1");

        var nothingKnown = unread.withEarlier(Map.of());
        assertThat(RolloutState.of(decided, nothingKnown, at(61)).startsNothing())
                .isTrue();
        var status = status(decided, nothingKnown, observed(OLD).at(at(61)));
        assertThat(status.rolledBackTo()).isEqualTo("v1");
        assertThat(status.updateRevision()).isEqualTo("v2");
        assertThat(status.currentRevision()).isEqualTo("v1");
        assertThat(summary(status)).startsWith("Unknown");
    }

    /** Such as a name in {@code spec.scaleDown} that no replica can have. */
    @Test
    void aRefusedFieldBeyondTheTemplateHoldsUpNothing() {
        var partly = desired("v2").refusing(Optional.empty(), new Failure("InvalidSpec", "no such replica"));

        var goesOn = RolloutState.of(STABLE, partly, at(1));
        assertThat(goesOn.revision()).isEqualTo("v2");
        assertThat(goesOn.standsIn()).isFalse();
        var status = status(STABLE, partly, observed(OLD));
        assertThat(summary(status)).isEqualTo("True NewReplicasProgressing");
        assertThat(condition(status, "Degraded").getReason()).isEqualTo("InvalidSpec");
        assertThat(status.observedGeneration()).isEqualTo(7);
    }

    @Test
    void aRevisionWhoseClaimIsMissingLeavesTheLastOneRunning() {
        var refused = desired("v2").refusing(Optional.of("v2"), new Failure("ClaimNotFound", "no claim"));

        assertThat(RolloutState.of(STABLE, refused, at(1)))
                .returns("v1", Desired::revision)
                .returns(true, Desired::standsIn);
        var overdue = status(
                status(STABLE, refused, observed(OLD)), refused, observed(OLD).at(at(60)));
        assertThat(summary(overdue)).isEqualTo("False ProgressDeadlineExceeded");

        var found = RolloutState.of(overdue, desired("v2"), at(61));
        assertThat(found.revision()).isEqualTo("v2");
        assertThat(found.rollout().stalled()).as("it goes on by itself").isFalse();
        assertThat(summary(status(overdue, desired("v2"), observed(OLD).at(at(61)))))
                .isEqualTo("True NewReplicasProgressing");
    }

    @Test
    void aPausedWorkloadHasNoDeadline() {
        var paused = refused("x").withRollout(rollout -> rollout.withPaused(true));

        assertThat(summary(status(STABLE, paused, observed(OLD).at(at(999))))).isEqualTo("Unknown Paused");
    }

    private static Desired refused(String revision) {
        return withoutTemplate().refusing(Optional.of(revision), GONE);
    }

    private static Desired refusedRollingBack(String revision) {
        return refused(revision).withRollout(rollout -> rollout.withOnFailure(OnFailure.Rollback));
    }

    private static Desired withoutTemplate() {
        return desired("v1").withRevision("").withTemplate(Samples.template(""));
    }

    /** The status that follows, with the desired state that the operator plans for. */
    private static EphemeralWorkloadStatus status(EphemeralWorkloadStatus read, Desired spec, Observed observed) {
        return StatusCalculator.status(
                read,
                8,
                "Docker",
                RolloutState.of(read, spec, observed.now()),
                observed,
                List.of(),
                AuditReport.NONE,
                null,
                Compliance.UNKNOWN);
    }

    private static Condition condition(EphemeralWorkloadStatus status, String type) {
        return Conditions.of(status.conditions()).find(type).orElseThrow();
    }
}
