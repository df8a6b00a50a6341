package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.status.Findings.PreviousFindings;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code Ephemeral} condition: whether nothing is written outside of volumes and scratch, by construction or as
 * audits show, or whether that is not known.
 */
final class EphemeralCondition {
    static final String TYPE = "Ephemeral";
    /** Extra time for auditing many replicas and for writing the status. */
    static final Duration SLACK = Duration.ofSeconds(15);

    private static final String REMOVED = "EvidenceRemoved";
    private static final int SUGGESTED = 5;

    private EphemeralCondition() {}

    /** Modes of all existing replicas and of those to come. */
    static Set<Mode> modes(Desired desired, Observed observed) {
        var modes = EnumSet.of(desired.template().ephemerality().mode());
        if (desired.batch().isPresent()) {
            return modes; // its template never changes
        }
        for (var revision : observed.revisions()) {
            var template = revision.equals(desired.revision())
                    ? desired.template()
                    : desired.earlier().get(revision);
            // Nothing is known about replicas of a forgotten template.
            modes.add(template == null ? Mode.Off : template.ephemerality().mode());
        }
        return modes;
    }

    /** @param found the findings that the status will list; null: nothing is audited */
    static Condition of(
            PreviousFindings previous,
            Desired desired,
            Observed observed,
            AuditReport report,
            EphemeralityStatus found,
            long generation) {
        var modes = modes(desired, observed);
        var written = found != null && (found.findings() != null || report.dirty() > 0);
        if (written) {
            return condition(TYPE, "False", "Findings", findings(report, found), generation);
        }
        if (modes.contains(Mode.Off)) {
            return condition(TYPE, "Unknown", "NotAudited", notAudited(desired), generation);
        }
        return modes.contains(Mode.Audit)
                ? audited(previous, desired, observed, report, generation)
                : condition(
                        TYPE,
                        "True",
                        "ReadOnlyRoot",
                        "The root file system of every replica is read-only: writes go to volumes and scratch only.",
                        generation);
    }

    private static String notAudited(Desired desired) {
        return desired.template().ephemerality().mode() == Mode.Off
                ? "With spec.ephemerality.mode: Off, writes are not audited. Set it to Audit to report writes, or to"
                        + " Enforce to refuse them."
                : "Replicas of an earlier revision that is not audited still run until the rollout is complete.";
    }

    private static String findings(AuditReport report, EphemeralityStatus found) {
        if (found.findings() == null) {
            return "Replicas of an earlier revision wrote outside of volumes and scratch: " + report.dirty()
                    + " still exist. The rollout replaces them.";
        }
        var first = found.findings().getFirst();
        var more = found.findings().size() - 1;
        return "%s wrote outside of volumes and scratch: %s (%s)%s. Existing replicas that wrote: %d.%s"
                .formatted(
                        first.replica(),
                        first.path(),
                        first.kind(),
                        more == 0 ? "" : " and " + (found.truncated() == null ? "" : "at least ") + more + " more",
                        report.dirty(),
                        hint(found));
    }

    private static String hint(EphemeralityStatus found) {
        var directories = found.suggestedVolumes();
        return directories == null
                ? ""
                : " To keep what is written there, mount volumes at "
                        + String.join(
                                ", ", directories.stream().limit(SUGGESTED).toList())
                        + "; the Event WriteFound shows the YAML.";
    }

    private static Condition audited(
            PreviousFindings previous, Desired desired, Observed observed, AuditReport report, long generation) {
        var last = previous.conditions().find(TYPE).filter(c -> previous.covers(desired.revision()));
        var removed = report.evidenceRemoved()
                .map(replica -> "The container of " + replica + " was removed by another client before its final"
                        + " audit, the engine could not tell what it wrote, or files were copied into it, so its writes are"
                        + " not known. Let Mayfly remove replicas. A change of the template resets this condition.")
                .or(() -> last.filter(c -> c.getReason().equals(REMOVED)).map(Condition::getMessage));
        if (removed.isPresent()) {
            return condition(TYPE, "Unknown", REMOVED, removed.get(), generation);
        }
        var within = desired.audit().interval().plus(SLACK);
        var proven = report.auditedSince()
                .filter(at -> !at.plus(within).isBefore(observed.now()))
                .isPresent();
        var clean = last.filter(c -> c.getStatus().equals("True")).isPresent();
        var young = clean
                && report.auditedSince().isEmpty()
                && newest(observed)
                        .filter(at -> at.plus(within).isAfter(observed.now()))
                        .isPresent();
        if (!proven && !young && !(clean && between(desired, observed)) && !ended(desired, observed)) {
            return condition(TYPE, "Unknown", "NotYetProven", notYet(desired, observed), generation);
        }
        return report.inexact()
                .map(remedy -> condition(
                        TYPE,
                        "True",
                        "Inexact",
                        clean(desired) + ", as far as the engine's own comparison shows. " + remedy,
                        generation))
                .orElseGet(() -> condition(TYPE, "True", "Clean", clean(desired) + ".", generation));
    }

    /** True between a task's attempts. None of their containers is removed before its final audit. */
    private static boolean between(Desired desired, Observed observed) {
        return desired.batch().isPresent() && observed.ready() == 0;
    }

    private static boolean ended(Desired desired, Observed observed) {
        return between(desired, observed)
                && desired.batch().flatMap(batch -> batch.counted().verdict()).isPresent();
    }

    private static String clean(Desired desired) {
        return "Every replica is audited once in " + desired.audit().interval().toSeconds()
                + " s: nothing was written outside of volumes and scratch";
    }

    private static String notYet(Desired desired, Observed observed) {
        return observed.ready() == 0
                ? "No replica is running, so none could be audited."
                : "Not every replica was audited within the last "
                        + desired.audit().interval().toSeconds() + " s.";
    }

    /** When the last of the ready replicas became ready. */
    private static Optional<Instant> newest(Observed observed) {
        var newest = observed.newlyReady();
        return newest.hasNext() ? newest.next().health().readySince() : Optional.empty();
    }
}
