package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.core.status.RolloutState;
import dev.mayfly.core.status.StatusCalculator;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The status of a {@link SimulatedCluster}'s workload: the one written last, and the one read back, which may be older. */
final class Memory {
    /** How soon the operator looks whether a rollout goes on that was halted. */
    private static final Duration READ_BACK = Duration.ofMillis(500);

    private static final Failure SILENT = new Failure("EngineUnreachable", "no answer");

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
                List.of(),
                AuditReport.NONE,
                null,
                Compliance.UNKNOWN);
        Honesty.check(before, written, generation, desired.abandoning(plan.abandoning()), observed);
    }

    /** The engine does not answer. */
    void unreachable(long generation, Instant now) {
        var before = written;
        written = StatusCalculator.unreachable(before, generation, SILENT, now);
        Honesty.checkUnseen(before, written);
        assertThat(StatusCalculator.unreachable(written, generation, SILENT, now))
                .isEqualTo(written);
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
        return written == null
                ? Optional.empty()
                : Stream.of(
                                RolloutState.requeueAfter(written, desired, observed),
                                Optional.of(READ_BACK).filter(delay -> RolloutState.resumes(desired, written)))
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder());
    }

    String progress() {
        return find("Progressing").map(Condition::getReason).orElse("");
    }

    /** Such as {@code Available=True Degraded=False/AsExpected}. */
    String summary() {
        var degraded = find("Degraded").orElseThrow();
        return "Available=%s Degraded=%s/%s".formatted(available(), degraded.getStatus(), degraded.getReason());
    }

    /** Message of the condition {@code Degraded}. */
    String message() {
        return find("Degraded").map(Condition::getMessage).orElse("");
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

    /** Invariants of every status: it claims nothing that was not observed, and nothing about a spec that was not taken up. */
    private static final class Honesty {
        private Honesty() {}

        /** @param before the status before; null: there was none */
        static void check(
                EphemeralWorkloadStatus before,
                EphemeralWorkloadStatus status,
                long generation,
                Desired desired,
                Observed all) {
            var observed = AbandonedSlots.withoutKept(desired, all);
            countsAreObserved(status, observed);
            availableMeansThatEnoughServe(status, desired, observed);
            onlyAnHonoredSpecIsObserved(before, status, generation, desired);
            aRefusedSpecIsReported(status, desired);
        }

        /** Nothing is claimed of replicas that nobody sees; of these, only a verdict on what was seen before stays. */
        static void checkUnseen(EphemeralWorkloadStatus before, EphemeralWorkloadStatus status) {
            assertThat(status.readyReplicas()).isNull();
            assertThat(status.availableReplicas()).isNull();
            assertThat(status.updatedReplicas()).isNull();
            assertThat(status.terminatingReplicas()).isNull();
            assertThat(status.observedGeneration()).isEqualTo(before == null ? null : before.observedGeneration());
            assertThat(status.conditions()).allSatisfy(condition -> {
                if (condition.getType().equals("Degraded")) {
                    assertThat(condition.getReason()).isEqualTo("EngineUnreachable");
                } else {
                    assertThat(condition.getStatus()).as(condition.getType()).isNotEqualTo("True");
                }
            });
            assertThat(condition(status, "Available").getStatus()).isEqualTo("Unknown");
            assertThat(condition(status, "Ephemeral").getStatus()).isEqualTo("Unknown");
        }

        private static void countsAreObserved(EphemeralWorkloadStatus status, Observed observed) {
            assertThat(status.readyReplicas()).isEqualTo(observed.ready());
            assertThat(status.availableReplicas()).isBetween(0, observed.ready());
            assertThat(status.terminatingReplicas()).isEqualTo(observed.count(Phase.TERMINATING));
            assertThat(status.replicas())
                    .isEqualTo(observed.count(Phase.PENDING)
                            + observed.count(Phase.CREATED)
                            + observed.count(Phase.RUNNING));
            assertThat(status.updatedReplicas()).isLessThanOrEqualTo(status.replicas());
        }

        private static void availableMeansThatEnoughServe(
                EphemeralWorkloadStatus status, Desired desired, Observed observed) {
            var serve = observed.all()
                    .filter(replica -> observed.occupant(replica.id().slot()).equals(Optional.of(replica)))
                    .filter(replica -> servesFor(replica, desired, observed.now()))
                    .count();
            var fewest = desired.replicas() - desired.rollout().budget().maxUnavailable();
            assertThat(status.availableReplicas())
                    .as("%s for %s", observed, desired)
                    .isEqualTo((int) serve);
            assertThat(condition(status, "Available").getStatus())
                    .as("%s for %s", observed, desired)
                    .isEqualTo(serve >= fewest ? "True" : "False");
        }

        /** A slot that failed more than once in a row has to serve for longer. */
        private static boolean servesFor(Replica replica, Desired desired, Instant now) {
            var stable = Duration.ofSeconds(desired.restarts().backOff().stableSeconds());
            return replica.phase() == Phase.RUNNING
                    && !replica.warm()
                    && replica.ready()
                    && replica.available(desired.rollout().minReady(), now)
                    && (replica.history().failures() < 2 || replica.available(stable, now));
        }

        /** So {@code kubectl wait} does not succeed for a generation that was not taken up. */
        private static void onlyAnHonoredSpecIsObserved(
                EphemeralWorkloadStatus before, EphemeralWorkloadStatus status, long generation, Desired desired) {
            var last = before == null ? null : before.observedGeneration();
            var honored = desired.rollout().refused().isEmpty();
            assertThat(status.observedGeneration()).isEqualTo(honored ? Long.valueOf(generation) : last);
            var claimed = condition(status, "Available").getObservedGeneration();
            assertThat(claimed).isEqualTo(status.observedGeneration() == null ? 0L : status.observedGeneration());
        }

        private static void aRefusedSpecIsReported(EphemeralWorkloadStatus status, Desired desired) {
            desired.rollout().refused().ifPresent(refusal -> {
                assertThat(condition(status, "Degraded"))
                        .returns("True", Condition::getStatus)
                        .returns(refusal.why().reason(), Condition::getReason);
                var spec = refusal.revision().orElse("");
                assertThat(condition(status, "Progressing").getMessage())
                        .as("a refused spec is never reported as rolled out")
                        .doesNotContain("Revision " + spec + " has successfully progressed");
            });
        }

        private static Condition condition(EphemeralWorkloadStatus status, String type) {
            return Conditions.of(status.conditions()).find(type).orElseThrow();
        }
    }
}
