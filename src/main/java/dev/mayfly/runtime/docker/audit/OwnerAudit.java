package dev.mayfly.runtime.docker.audit;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.AuditReport.Finding;
import dev.mayfly.core.audit.SuggestedVolumes;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Globs;
import dev.mayfly.host.FoundWrites.Write;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Audit settings of one workload and the findings of its terminated replicas. Bounded. */
final class OwnerAudit {
    private static final int MOST_CANDIDATES = 256;

    private AuditPolicy policy = AuditPolicy.DEFAULT;
    private Globs ignored = new Globs(policy.ignorePaths());
    /** The latest findings. */
    private final Deque<Finding> ended = new ArrayDeque<>();

    private final TreeSet<String> candidates = new TreeSet<>();
    private boolean more;
    private Optional<String> evidenceRemoved = Optional.empty();

    synchronized void usePolicy(AuditPolicy given) {
        if (!given.equals(policy)) {
            policy = given;
            ignored = new Globs(given.ignorePaths());
        }
    }

    synchronized AuditPolicy policy() {
        return policy;
    }

    synchronized Globs ignored() {
        return ignored;
    }

    /** Keeps the findings of a replica whose container is or will be removed. */
    synchronized void ended(AuditedContainer audited) {
        var known = audited.known();
        known.writes().forEach(write -> ended.add(finding(audited, write)));
        more |= known.truncated();
        while (ended.size() > AuditReport.LISTED) {
            ended.removeFirst();
            more = true;
        }
        known.candidates().stream().limit(MOST_CANDIDATES - candidates.size()).forEach(candidates::add);
    }

    synchronized void evidenceRemoved(String replica) {
        evidenceRemoved = Optional.of(replica);
    }

    /**
     * All findings.
     *
     * @param there replicas whose containers exist
     * @param runs true for those whose process may write
     * @param exists true for those, and for replicas that are held
     */
    synchronized AuditReport report(
            Collection<AuditedContainer> there, Predicate<AuditedContainer> runs, Predicate<AuditedContainer> exists) {
        var findings = Stream.concat(
                        there.stream()
                                .flatMap(audited ->
                                        audited.known().writes().stream().map(write -> finding(audited, write))),
                        ended.stream())
                .toList();
        var suggestions = new TreeSet<>(candidates);
        there.forEach(audited -> suggestions.addAll(audited.known().candidates()));
        return new AuditReport(
                auditedSince(there.stream().filter(runs).toList()),
                there.stream()
                        .flatMap(audited -> audited.known().inexact().stream())
                        .min(Comparator.naturalOrder()),
                findings.stream()
                        .limit(AuditReport.LISTED) // existing replicas come first
                        .sorted(Comparator.comparing(Finding::firstSeen))
                        .toList(),
                more
                        || findings.size() > AuditReport.LISTED
                        || there.stream().anyMatch(audited -> audited.known().truncated()),
                (int) there.stream()
                        .filter(exists)
                        .filter(audited -> audited.known().dirty())
                        .count(),
                SuggestedVolumes.fold(suggestions),
                evidenceRemoved);
    }

    private static Optional<Instant> auditedSince(Collection<AuditedContainer> running) {
        return running.stream().allMatch(audited -> audited.known().scanned().isPresent())
                ? running.stream()
                        .map(audited -> audited.known().scanned().orElseThrow())
                        .min(Comparator.naturalOrder())
                : Optional.empty();
    }

    private static Finding finding(AuditedContainer audited, Write write) {
        return new Finding(audited.id().replica(), write.path(), write.kind(), write.firstSeen(), audited.revision());
    }
}
