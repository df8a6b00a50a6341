package dev.mayfly.operator.revision;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Template;
import dev.mayfly.operator.spec.SpecRevision;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The revisions of one workload, and which of them is wanted. In memory only, and it knows no clock. */
final class RevisionHistory {
    private final Map<String, RevisionRecord> kept = new TreeMap<>();
    private String wanted;
    private Instant since;
    private boolean asking;

    /**
     * @param stored what was kept
     * @param last the revision that was wanted last, as the status remembers; empty: none yet
     * @param now answers about images that were asked for earlier count for nothing
     */
    RevisionHistory(Collection<RevisionRecord> stored, String last, Instant now) {
        stored.forEach(revision -> kept.put(revision.name(), revision));
        wanted = last;
        since = now;
    }

    /**
     * @param revision that is wanted
     * @param fresh true: it is not stored yet
     * @param returned true: it was wanted earlier, and is again
     * @param asking true: which image it should run is being looked up, so nothing should be replaced yet
     */
    record Choice(RevisionRecord revision, boolean fresh, boolean returned, boolean asking) {}

    /**
     * Decides which revision is wanted. An equal meaning is the same revision, unless the image reference is known to mean
     * something else since.
     *
     * @param desired its revision is what this version of the operator calls the template's meaning
     * @param moves true where the image reference is to be looked up again and again
     * @param answer the latest answer about that reference; empty: none yet
     */
    synchronized Choice choose(Desired desired, boolean moves, Optional<ImageChecks.Answer> answer, Instant now) {
        var same = kept.values().stream()
                .filter(revision -> revision.means(desired.revision()))
                .toList();
        if (same.isEmpty()) {
            return begin(desired.revision(), desired, Optional.empty(), now);
        }
        var current = same.stream().filter(known -> known.name().equals(wanted)).findFirst();
        var returned = current.isEmpty();
        var revision = current.orElseGet(() -> latest(same));
        if (returned) {
            want(revision.name(), now);
            asking = moves && revision.digest().isPresent();
        }
        asking = asking && moves;
        var news = answer.filter(said -> moves && !said.asked().isBefore(since));
        if (news.isPresent()) {
            asking = false;
            var other = news.get().image().filter(image -> revision.digest().isPresent() && revision.differs(image));
            if (other.isPresent()) {
                return follow(desired, same, other.get(), now);
            }
        }
        return chosen(revision, desired, returned);
    }

    /** The reference means another image now. */
    private Choice follow(Desired desired, List<RevisionRecord> same, ImagePin image, Instant now) {
        var earlier = same.stream()
                .filter(revision -> revision.runs(image.digest()))
                .max(Comparator.comparingLong(RevisionRecord::number));
        if (earlier.isPresent()) {
            want(earlier.get().name(), now);
            return chosen(earlier.get(), desired, true);
        }
        return begin(SpecRevision.of(desired.revision(), image.digest()), desired, Optional.of(image), now);
    }

    private Choice begin(String name, Desired desired, Optional<ImagePin> pin, Instant now) {
        var revision = new RevisionRecord(name, highest() + 1, desired.revision(), Optional.of(desired.template()), pin);
        kept.put(name, revision);
        want(name, now);
        asking = false;
        return new Choice(revision, true, false, false);
    }

    private Choice chosen(RevisionRecord revision, Desired desired, boolean returned) {
        var now = revision.withMeaning(desired.revision())
                .withTemplate(Optional.of(desired.template()))
                .withNumber(returned ? highest() + 1 : revision.number());
        kept.put(now.name(), now);
        return new Choice(now, false, returned, asking);
    }

    private void want(String name, Instant now) {
        wanted = name;
        since = now;
    }

    private static RevisionRecord latest(List<RevisionRecord> revisions) {
        return revisions.stream()
                .max(Comparator.comparingLong(RevisionRecord::number))
                .orElseThrow();
    }

    private long highest() {
        return kept.values().stream().mapToLong(RevisionRecord::number).max().orElse(0);
    }

    synchronized Optional<RevisionRecord> find(String name) {
        return Optional.ofNullable(kept.get(name));
    }

    /** An answer that was asked for before its image was known says nothing about it. */
    synchronized void change(String name, Instant now, UnaryOperator<RevisionRecord> change) {
        kept.computeIfPresent(name, (same, revision) -> change.apply(revision));
        if (name.equals(wanted)) {
            since = now;
        }
    }

    /** What replicas of each of them run. */
    synchronized Map<String, Template> templates() {
        var templates = new TreeMap<String, Template>();
        kept.values()
                .forEach(revision -> revision.pinned().ifPresent(template -> templates.put(revision.name(), template)));
        return templates;
    }

    /**
     * Forgets those that are neither in use nor among the latest. What is not stored any longer is not kept in memory either:
     * with content a template may be large.
     *
     * @param limit how many that are not in use are kept
     * @return the names of the forgotten
     */
    synchronized List<String> prune(Set<String> inUse, int limit) {
        var outdated = kept.values().stream()
                .filter(revision ->
                        !inUse.contains(revision.name()) && !revision.name().equals(wanted))
                .sorted(Comparator.comparingLong(RevisionRecord::number).reversed())
                .skip(limit)
                .map(RevisionRecord::name)
                .toList();
        outdated.forEach(kept::remove);
        return outdated;
    }
}
