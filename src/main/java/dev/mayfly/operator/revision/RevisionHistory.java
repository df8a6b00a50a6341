package dev.mayfly.operator.revision;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.spec.SpecRevision;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The revisions of one workload, and which of them is desired. In memory only, without a clock. */
final class RevisionHistory {
    private final Map<String, Revision> kept = new TreeMap<>();
    private String wanted;
    private Instant since;
    private boolean resolving;

    /**
     * @param stored the stored revisions
     * @param last the revision that was desired last, as in the status; empty: none yet
     * @param now answers to earlier image checks are ignored
     */
    RevisionHistory(Collection<Revision> stored, String last, Instant now) {
        stored.forEach(revision -> kept.put(revision.name(), revision));
        wanted = last;
        since = now;
    }

    /**
     * @param revision the desired revision
     * @param fresh true: it is not stored yet
     * @param returned true: it was desired earlier, and is again
     * @param resolving true: its image is being resolved, so no replica should be replaced yet
     */
    record Choice(Revision revision, boolean fresh, boolean returned, boolean resolving) {}

    /**
     * Selects the desired revision. An equal meaning is the same revision, unless the image reference now resolves to a
     * different image.
     *
     * @param desired its revision is the hash of the template's meaning, as this version of the operator computes it
     * @param moves true if the image reference is to be resolved periodically
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
            resolving = moves && revision.digest().isPresent();
        }
        resolving = resolving && moves;
        var newest = answer.filter(said -> moves && !said.requestedAt().isBefore(since));
        if (newest.isPresent()) {
            resolving = false;
            var other = newest.get().image().filter(image -> revision.digest().isPresent() && revision.differs(image));
            if (other.isPresent()) {
                return follow(desired, same, other.get(), now);
            }
        }
        return chosen(revision, desired, returned);
    }

    /** Selects the revision of the image that the reference now resolves to. */
    private Choice follow(Desired desired, List<Revision> same, ImagePin image, Instant now) {
        var earlier = same.stream()
                .filter(revision -> revision.runs(image.digest()))
                .max(Comparator.comparingLong(Revision::number));
        if (earlier.isPresent()) {
            want(earlier.get().name(), now);
            return chosen(earlier.get(), desired, true);
        }
        return begin(SpecRevision.of(desired.revision(), image.digest()), desired, Optional.of(image), now);
    }

    private Choice begin(String name, Desired desired, Optional<ImagePin> pin, Instant now) {
        var revision = new Revision(name, highest() + 1, desired.revision(), Optional.of(desired.template()), pin);
        kept.put(name, revision);
        want(name, now);
        resolving = false;
        return new Choice(revision, true, false, false);
    }

    private Choice chosen(Revision revision, Desired desired, boolean returned) {
        var now = revision.withMeaning(desired.revision())
                .withTemplate(Optional.of(desired.template()))
                .withNumber(returned ? highest() + 1 : revision.number());
        kept.put(now.name(), now);
        return new Choice(now, false, returned, resolving);
    }

    private void want(String name, Instant now) {
        wanted = name;
        since = now;
    }

    private static Revision latest(List<Revision> revisions) {
        return revisions.stream()
                .max(Comparator.comparingLong(Revision::number))
                .orElseThrow();
    }

    private long highest() {
        return kept.values().stream().mapToLong(Revision::number).max().orElse(0);
    }

    synchronized Optional<Revision> find(String name) {
        return Optional.ofNullable(kept.get(name));
    }

    /** Answers to requests made before the image was known are ignored. */
    synchronized void change(String name, Instant now, UnaryOperator<Revision> change) {
        kept.computeIfPresent(name, (same, revision) -> change.apply(revision));
        if (name.equals(wanted)) {
            since = now;
        }
    }

    /** The templates that replicas run, by revision. */
    synchronized Map<String, Template> templates() {
        var templates = new TreeMap<String, Template>();
        kept.values()
                .forEach(revision -> revision.pinned().ifPresent(template -> templates.put(revision.name(), template)));
        return templates;
    }

    /** The templates of all revisions. @throws InvalidSpec if one of them can't be read */
    synchronized List<Template> all() {
        return kept.values().stream()
                .map(revision -> revision.template()
                        .orElseThrow(() ->
                                new InvalidSpec("the template of revision " + revision.name() + " can't be read")))
                .toList();
    }

    /**
     * Forgets revisions that are neither in use nor among the latest. Revisions that are no longer stored are not kept
     * in memory either, since a template with content may be large.
     *
     * @param limit number of unused revisions to keep
     * @return the names of the forgotten revisions
     */
    synchronized List<String> prune(Set<String> inUse, int limit) {
        var outdated = kept.values().stream()
                .filter(revision ->
                        !inUse.contains(revision.name()) && !revision.name().equals(wanted))
                .sorted(Comparator.comparingLong(Revision::number).reversed())
                .skip(limit)
                .map(Revision::name)
                .toList();
        outdated.forEach(kept::remove);
        return outdated;
    }

    /**
     * A current or earlier revision of a workload.
     *
     * @param name as in its replicas' label, whichever version of the operator chose it
     * @param number the higher, the later the revision was last desired
     * @param meaning hash of the content, as this version of the operator computes it; empty if it can't be read
     * @param template the template that its replicas run; empty if it can't be read
     * @param pin the image that its first replica ran; empty if none has run
     */
    @RecordBuilder
    record Revision(String name, long number, String meaning, Optional<Template> template, Optional<ImagePin> pin)
            implements RevisionHistoryRevisionBuilder.With {

        /** Names are hashes over the meaning: equal names mean equal content, even if the content can't be read anymore. */
        boolean means(String other) {
            return meaning.equals(other) || name.equals(other);
        }

        /** True if its image has that digest in its repository. */
        boolean runs(String digest) {
            return pin.filter(known -> known.digest().equals(digest)).isPresent();
        }

        /**
         * The digest alone may change, for example when an index gets an image for another platform; then the image is the
         * same.
         */
        boolean differs(ImagePin image) {
            return !image.digest().isEmpty()
                    && !runs(image.digest())
                    && pin.filter(known -> known.id().equals(image.id())).isEmpty();
        }

        /** The digest by which its image can be pulled again from its repository; empty if there is none. */
        Optional<String> digest() {
            return pin.map(ImagePin::digest).filter(digest -> !digest.isEmpty());
        }

        /** The template that its replicas run, with its image. */
        Optional<Template> pinned() {
            return template.map(known -> known.withImage(image -> image.withPin(pin)));
        }
    }
}
