package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.AuditReport.Finding;
import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.policy.Compliance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EphemeralConditionTest {
    private static final Observed TWO = observed(replica(0, Phase.RUNNING), replica(1, Phase.RUNNING));
    private static final Finding CARD = finding("web-1", "/var/lib/app/c.txt", NOON);

    @Test
    void aReadOnlyRootIsEphemeralByConstruction() {
        var status = status(null, Mode.Enforce, TWO, AuditReport.NONE);

        assertThat(summary(status)).isEqualTo("True ReadOnlyRoot");
        assertThat(status.ephemerality()).isNull();
    }

    @Test
    void offIsNotAudited() {
        var status = status(null, Mode.Off, TWO, AuditReport.NONE);

        assertThat(summary(status)).isEqualTo("Unknown NotAudited");
        assertThat(status.ephemerality()).isNull();
    }

    @Test
    void cleanMeansAuditedWithinTheInterval() {
        assertThat(summary(audited(TWO, proven(0)))).isEqualTo("True Clean");
        assertThat(summary(audited(TWO, proven(45)))).isEqualTo("True Clean");
        assertThat(summary(audited(TWO, proven(46)))).isEqualTo("Unknown NotYetProven");
        assertThat(summary(audited(TWO, AuditReport.NONE))).isEqualTo("Unknown NotYetProven");
        assertThat(audited(TWO, proven(0)).ephemerality().dirtyReplicas()).isZero();
    }

    @Test
    void aYoungReplicaKeepsTheWorkloadClean() {
        var clean = audited(TWO, proven(0));

        assertThat(summary(status(clean, Mode.Audit, TWO.at(NOON.plusSeconds(20)), AuditReport.NONE)))
                .isEqualTo("True Clean");
        assertThat(summary(status(clean, Mode.Audit, TWO.at(NOON.plusSeconds(60)), AuditReport.NONE)))
                .isEqualTo("Unknown NotYetProven");
    }

    @Test
    void theEnginesOwnComparisonIsInexactAndTheMessageSaysWhatIsMissing() {
        var report = new AuditReport(
                Optional.of(NOON),
                Optional.of("Mount its data directory."),
                List.of(),
                false,
                0,
                List.of(),
                Optional.empty());

        var status = audited(TWO, report);

        assertThat(summary(status)).isEqualTo("True Inexact");
        assertThat(Conditions.of(status.conditions())
                        .find("Ephemeral")
                        .orElseThrow()
                        .getMessage())
                .endsWith("as far as the engine's own comparison shows. Mount its data directory.");
    }

    @Test
    void aFindingNamesReplicaPathAndRemedy() {
        var status = audited(TWO, found(1, CARD));

        assertThat(summary(status)).isEqualTo("False Findings");
        assertThat(message(status))
                .isEqualTo("web-1 wrote outside of volumes and scratch: /var/lib/app/c.txt (Added). Existing replicas"
                        + " that wrote: 1. To keep what is written there, mount volumes at /var/lib/app; the Event"
                        + " WriteFound shows the YAML.");
        assertThat(status.ephemerality().findings())
                .containsExactly(new FindingStatus("web-1", "/var/lib/app/c.txt", "Added", NOON.toString()));
        assertThat(status.ephemerality().suggestedVolumes()).containsExactly("/var/lib/app");
        assertThat(status.ephemerality().truncated()).isNull();
    }

    @Test
    void aLaterAuditWithTheSameResultChangesNothing() {
        var first = audited(TWO, found(1, CARD));

        assertThat(status(first, Mode.Audit, TWO.at(NOON.plusSeconds(30)), found(1, CARD)))
                .isEqualTo(first);
        var clean = audited(TWO, proven(0));
        assertThat(status(clean, Mode.Audit, TWO.at(NOON.plusSeconds(10)), proven(-10)))
                .isEqualTo(clean);
    }

    @Test
    void findingsOfRemovedReplicasStayInTheStatus() {
        var before = audited(TWO, found(1, CARD));

        var after = status(before, Mode.Audit, TWO, proven(0));

        assertThat(summary(after)).isEqualTo("False Findings");
        assertThat(after.ephemerality().findings())
                .isEqualTo(before.ephemerality().findings());
        assertThat(after.ephemerality().suggestedVolumes()).containsExactly("/var/lib/app");
        assertThat(after.ephemerality().dirtyReplicas()).isZero();
    }

    @Test
    void firstSeenOutlivesTheOperator() {
        var before = audited(TWO, found(1, CARD));
        var seenAgain = finding("web-1", "/var/lib/app/c.txt", NOON.plusSeconds(300));
        var after = status(before, Mode.Audit, TWO, found(1, seenAgain));

        assertThat(after.ephemerality()).isEqualTo(before.ephemerality());
        assertThat(Findings.added(before, after)).isEmpty();
        assertThat(Findings.added(null, before)).hasSize(1);
    }

    @Test
    void anotherRevisionStartsWithoutFindings() {
        var before = audited(TWO, found(1, CARD));
        var next = desired(Mode.Audit, "v2", Map.of("v1", template(Mode.Audit)));

        var rolling = calculate(before, next, TWO, found(1, CARD));

        assertThat(rolling.ephemerality().findings()).isNull();
        assertThat(summary(rolling)).isEqualTo("False Findings");
        assertThat(message(rolling)).contains("earlier revision");
        assertThat(summary(calculate(rolling, next, observed(replica(0, 1, "v2", Phase.RUNNING)), proven(0))))
                .isEqualTo("True Clean");
    }

    @Test
    void aRolloutToEnforceIsReadOnlyOnceTheLastAuditedReplicaIsGone() {
        var next = desired(Mode.Enforce, "v2", Map.of("v1", template(Mode.Audit)));
        var mixed = observed(replica(0, Phase.RUNNING), replica(1, 1, "v2", Phase.RUNNING));

        assertThat(summary(calculate(null, next, mixed, found(1, CARD)))).isEqualTo("False Findings");
        assertThat(summary(calculate(null, next, mixed, AuditReport.NONE))).isEqualTo("Unknown NotYetProven");
        assertThat(summary(calculate(null, next, observed(replica(1, 1, "v2", Phase.RUNNING)), found(0, CARD))))
                .isEqualTo("True ReadOnlyRoot");
    }

    @Test
    void aRolloutFromOffIsNotAuditedUntilItIsOver() {
        var next = desired(Mode.Enforce, "v2", Map.of("v1", template(Mode.Off)));

        assertThat(summary(calculate(null, next, TWO, AuditReport.NONE))).isEqualTo("Unknown NotAudited");
    }

    @Test
    void removedEvidenceIsKeptAcrossOperatorRestarts() {
        var report = new AuditReport(
                Optional.of(NOON), Optional.empty(), List.of(), false, 0, List.of(), Optional.of("web-0"));
        var before = audited(TWO, report);

        assertThat(summary(before)).isEqualTo("Unknown EvidenceRemoved");
        assertThat(message(before)).contains("web-0");
        assertThat(status(before, Mode.Audit, TWO, proven(0))).isEqualTo(before);
    }

    @Test
    void anUnreachableEngineMakesTheConditionUnknown() {
        var why = new Failure("EngineUnreachable", "no answer");

        assertThat(summary(StatusCalculator.unreachable(audited(TWO, proven(0)), 8, why, NOON)))
                .isEqualTo("Unknown EngineUnreachable");
    }

    @Test
    void theStatusIsBoundedRegardlessOfTheWrites() throws JsonProcessingException {
        var nasty = IntStream.range(0, 40)
                .mapToObj(i -> finding("web-0", "/" + i + "\n\"\u00e4".repeat(2000), NOON))
                .toList();
        var directories = nasty.stream().map(Finding::path).toList();
        var report = new AuditReport(
                Optional.of(NOON), Optional.empty(), nasty.subList(0, 20), true, 1, directories, Optional.empty());

        var status = status(audited(TWO, report), Mode.Audit, TWO, found(1, nasty.toArray(Finding[]::new)));

        assertThat(status.ephemerality().findings())
                .hasSize(20)
                .allMatch(f -> f.path().getBytes(StandardCharsets.UTF_8).length <= 256);
        assertThat(status.ephemerality().truncated()).isTrue();
        assertThat(new ObjectMapper().writeValueAsBytes(status)).hasSizeLessThan(32 << 10);
    }

    @Test
    void abandonedSlotsAreReportedWithTheRemedy() {
        var desired = desired(Mode.Audit, "v1", Map.of()).abandoning(Set.of(1, 2, 4));

        var before =
                EphemeralWorkloadStatusBuilder.builder().abandonedSlots("1-2,4").build();

        var status = calculate(before, desired, TWO, found(0, CARD));

        assertThat(status.abandonedSlots()).isEqualTo("1-2,4");
        var degraded = Conditions.of(status.conditions()).find("Degraded").orElseThrow();
        assertThat(degraded.getStatus() + " " + degraded.getReason()).isEqualTo("True SlotsAbandoned");
        assertThat(degraded.getMessage()).contains("Slots 1-2,4", "0 of 2 replicas", "onWrite is Stop", "template");
    }

    private static EphemeralWorkloadStatus audited(Observed observed, AuditReport report) {
        return status(null, Mode.Audit, observed, report);
    }

    private static EphemeralWorkloadStatus status(
            EphemeralWorkloadStatus before, Mode mode, Observed observed, AuditReport report) {
        return calculate(before, desired(mode, "v1", Map.of()), observed, report);
    }

    private static EphemeralWorkloadStatus calculate(
            EphemeralWorkloadStatus before, Desired desired, Observed observed, AuditReport report) {
        return StatusCalculator.status(
                before, 7, "Docker", desired, observed, List.of(), report, null, Compliance.UNKNOWN);
    }

    private static Desired desired(Mode mode, String revision, Map<String, Template> earlier) {
        var d = Samples.desired(2);
        return d.withRevision(revision).withTemplate(template(mode)).withEarlier(earlier);
    }

    private static Template template(Mode mode) {
        return Samples.template("v1", new Ephemerality(mode, List.of(), false, false));
    }

    private static AuditReport proven(int secondsAgo) {
        return new AuditReport(
                Optional.of(NOON.minusSeconds(secondsAgo)),
                Optional.empty(),
                List.of(),
                false,
                0,
                List.of(),
                Optional.empty());
    }

    private static AuditReport found(int dirty, Finding... findings) {
        return new AuditReport(
                Optional.of(NOON),
                Optional.empty(),
                List.of(findings),
                false,
                dirty,
                List.of("/var/lib/app"),
                Optional.empty());
    }

    private static Finding finding(String replica, String path, Instant firstSeen) {
        return new Finding(replica, path, Kind.Added, firstSeen, "v1");
    }

    private static String summary(EphemeralWorkloadStatus status) {
        var condition = Conditions.of(status.conditions()).find("Ephemeral").orElseThrow();
        return condition.getStatus() + " " + condition.getReason();
    }

    private static String message(EphemeralWorkloadStatus status) {
        return Conditions.of(status.conditions())
                .find("Ephemeral")
                .orElseThrow()
                .getMessage();
    }
}
