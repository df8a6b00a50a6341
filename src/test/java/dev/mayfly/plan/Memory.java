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

/** The status of a {@link World}'s workload: what was written last, and what is read back, which may be older. */
final class Memory {
    private EphemeralWorkloadStatus written;
    private EphemeralWorkloadStatus read;

    /** What is planned for. */
    Desired course(Desired asked, Instant now) {
        return Course.of(read, asked, now);
    }

    void report(Desired desired, Observed observed, Plan plan) {
        written = StatusCalculator.status(
                written,
                1,
                "Simulated",
                desired.givingUp(plan.givingUp()),
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

    /** The operator crashes: what was not written by then never is. */
    void forget() {
        written = read;
    }

    Optional<Duration> nextLook(Desired desired, Observed observed) {
        return written == null ? Optional.empty() : Course.nextLook(written, desired, observed);
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
