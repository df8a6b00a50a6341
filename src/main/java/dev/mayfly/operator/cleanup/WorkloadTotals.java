package dev.mayfly.operator.cleanup;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.plan.Planner.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Totals of a workload's replicas so far. Bounded in size.
 *
 * @param complete false: counting started when replicas already existed
 * @param lived attempts that were launched
 * @param ended how many of them terminated, by the reason of their failure or removal
 * @param modes modes of ephemerality that the workload had
 * @param images digests of its images, as {@code sha256:…}; at most 10
 * @param findings number of writes found, as far as the status listed them
 * @param first the first of them, at most 5
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record WorkloadTotals(
        boolean complete,
        int lived,
        SortedMap<String, Integer> ended,
        SortedSet<String> modes,
        SortedSet<String> images,
        int findings,
        List<FindingStatus> first) {
    private static final int REASONS = 20;
    private static final int IMAGES = 10;
    private static final int FIRST = 5;

    static WorkloadTotals begun(boolean complete) {
        return new WorkloadTotals(complete, 0, new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), 0, List.of());
    }

    /** Adds the launches and terminations of a plan made from {@code observed}. */
    WorkloadTotals after(Observed observed, Plan plan) {
        var launched = plan.launches().stream()
                .filter(launch -> observed.find(launch.id()).isEmpty())
                .toList();
        var ends = new TreeMap<>(ended);
        launched.forEach(launch -> observed.occupant(launch.id().slot())
                .filter(before -> before.phase().terminated())
                .flatMap(WorkloadTotals::failed)
                .ifPresent(reason -> count(ends, reason)));
        plan.removals().forEach(removal -> end(observed, removal).ifPresent(reason -> count(ends, reason)));
        return new WorkloadTotals(complete, lived + launched.size(), ends, modes, images, findings, first);
    }

    /**
     * Adds the workload's current mode and image.
     *
     * @param image digest; null: not known
     */
    WorkloadTotals being(String mode, String image) {
        var known = modes.contains(mode) && (image == null || images.contains(image) || images.size() >= IMAGES);
        return known
                ? this
                : new WorkloadTotals(
                        complete,
                        lived,
                        ended,
                        with(modes, mode),
                        image == null || images.size() >= IMAGES ? images : with(images, image),
                        findings,
                        first);
    }

    /** Adds findings that were listed for the first time. */
    WorkloadTotals finding(List<FindingStatus> added) {
        var all = Stream.concat(first.stream(), added.stream()).limit(FIRST).toList();
        return added.isEmpty()
                ? this
                : new WorkloadTotals(complete, lived, ended, modes, images, findings + added.size(), all);
    }

    /** Terminations by reason; those that were not observed count as {@code Unknown}. */
    Map<String, Integer> allEnds() {
        var ends = new TreeMap<>(ended);
        var unseen = lived - ended.values().stream().mapToInt(Integer::intValue).sum();
        if (unseen > 0) {
            ends.merge("Unknown", unseen, Integer::sum);
        }
        return ends;
    }

    /** Empty if it was counted when its successor was launched, or if the replica is only now forgotten. */
    private static Optional<String> end(Observed observed, Removal removal) {
        var replica = observed.find(removal.id());
        if (replica.filter(r -> r.phase().terminated()).isEmpty()) {
            return replica.map(r -> reason(removal.cause()));
        }
        return observed.occupant(removal.id().slot()).equals(replica) ? failed(replica.get()) : Optional.empty();
    }

    private static Optional<String> failed(Replica over) {
        var why = over.outcome().failure();
        return why.equals(Optional.of(Writes.REPLACED))
                ? Optional.empty()
                : why.map(Failure::reason).or(() -> Optional.of("Ended"));
    }

    private static String reason(Removal.Cause cause) {
        return switch (cause) {
            case SCALE_DOWN -> "ScaledDown";
            case ROLLOUT -> "RolledOut";
            case OWNER_DELETED -> "Deleted";
            case HISTORY -> "Superseded";
            case WRITES, RECREATE -> "Wrote";
            case UNHEALTHY -> "Unhealthy";
            case CHANGED_OUTSIDE -> "ChangedOutside";
            case MAX_CONSECUTIVE_FAILURES -> "Abandoned";
            case MAX_LIFETIME -> "MaxLifetime";
            case POD_DELETED -> "PodDeleted";
            case TASK_OVER -> "TaskOver";
        };
    }

    private static void count(TreeMap<String, Integer> ends, String reason) {
        var known = ends.containsKey(reason) || ends.size() < REASONS;
        ends.merge(known ? reason : "Other", 1, Integer::sum);
    }

    private static SortedSet<String> with(SortedSet<String> set, String member) {
        var more = new TreeSet<>(set);
        more.add(member);
        return more;
    }
}
