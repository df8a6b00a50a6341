package dev.mayfly.plan;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Compliance;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.status.Conditions;
import dev.mayfly.status.Course;
import dev.mayfly.status.StatusCalculator;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The status of a {@link World}'s workload: the one written last, and the one read back, which may be older. */
final class Memory {
    private EphemeralWorkloadStatus written;
    private EphemeralWorkloadStatus read;

    /** The desired state to plan for. */
    Desired desired(Desired spec, Instant now) {
        return Course.of(read, spec, now);
    }

    void report(Desired desired, Observed observed, Plan plan) {
        written = StatusCalculator.status(
                written,
                1,
                "Simulated",
                desired.abandoning(plan.abandoning()),
                observed,
                Optional.empty(),
                AuditReport.NONE,
                null,
                Compliance.UNKNOWN);
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
        return written == null ? Optional.empty() : Course.requeueAfter(written, desired, observed);
    }

    String progress() {
        return Conditions.of(written == null ? null : written.conditions())
                .find("Progressing")
                .map(c -> c.getReason())
                .orElse("");
    }

    EphemeralWorkloadStatus status() {
        return written;
    }
}
