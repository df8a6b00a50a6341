package dev.mayfly.core.plan;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.core.status.RolloutState;
import dev.mayfly.core.status.StatusCalculator;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The status of a {@link SimulatedCluster}'s workload: the one written last, and the one read back, which may be older. */
final class Memory {
    private EphemeralWorkloadStatus written;
    private EphemeralWorkloadStatus read;

    /** The desired state to plan for. */
    Desired desired(Desired spec, Instant now) {
        return RolloutState.of(read, spec, now);
    }

    void report(long generation, Desired desired, Observed observed, Plan plan) {
        var before = written;
        written = StatusCalculator.status(
                written,
                generation,
                "Simulated",
                desired.abandoning(plan.abandoning()),
                observed,
                Optional.empty(),
                AuditReport.NONE,
                null,
                Compliance.UNKNOWN);
        Honesty.check(before, written, generation, desired.abandoning(plan.abandoning()), observed);
    }

    void readBack() {
        read = written;
    }

    boolean isReadBack() {
        return Objects.equals(read, written);
    }

    /** The operator crashes: a status that was not written by then is lost. */
    void forget() {
        written = read;
    }

    Optional<Duration> requeueAfter(Desired desired, Observed observed) {
        return written == null ? Optional.empty() : RolloutState.requeueAfter(written, desired, observed);
    }

    String progress() {
        return find("Progressing").map(Condition::getReason).orElse("");
    }

    /** Such as {@code Available=True Degraded=False/AsExpected}. */
    String summary() {
        var degraded = find("Degraded").orElseThrow();
        return "Available=%s Degraded=%s/%s".formatted(available(), degraded.getStatus(), degraded.getReason());
    }

    /** Status of the condition {@code Available}. */
    String available() {
        return find("Available").map(Condition::getStatus).orElse("");
    }

    private Optional<Condition> find(String type) {
        return Conditions.of(written == null ? null : written.conditions()).find(type);
    }

    EphemeralWorkloadStatus status() {
        return written;
    }
}
