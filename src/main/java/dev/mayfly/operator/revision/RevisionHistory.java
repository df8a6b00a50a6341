package dev.mayfly.operator.revision;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.spec.SpecRevision;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The revisions of one workload, and which of them is desired. In memory only, without a clock. */
final class RevisionHistory {
    private final Map<String, Revision> kept = new TreeMap<>();
    /**
     * Names of revisions whose content is not held: nothing uses them. Their templates know their volumes, and run no
     * replica.
     */
    private final Set<String> reduced = new TreeSet<>();
    /** Names of reduced revisions whose meaning was never read. */
    private final Set<String> unread = new TreeSet<>();

    private String wanted;
    private Instant since;
    private boolean resolving;

    /**
     * @param stored the stored revisions; those without a meaning are reduced, or can't be read
     * @param last the revision that was desired last, as in the status; empty: none yet
     * @param now answers to earlier image checks are ignored
     */
    RevisionHistory(Collection<Revision> stored, String last, Instant now) {
        for (var revision : stored) {
            kept.put(revision.name(), revision);
            if (revision.meaning().isEmpty() && revision.template().isPresent()) {
                reduced.add(revision.name());
                unread.add(revision.name());
            }
        }
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
        put(revision);
        want(name, now);
        resolving = false;
        return new Choice(revision, true, false, false);
    }

    private Choice chosen(Revision revision, Desired desired, boolean returned) {
        var now = revision.withMeaning(desired.revision())
                .withTemplate(Optional.of(desired.template()))
                .withNumber(returned ? highest() + 1 : revision.number());
        put(now);
        return new Choice(now, false, returned, resolving);
    }

    /** With all of its content. */
    private void put(Revision revision) {
        kept.put(revision.name(), revision);
        reduced.remove(revision.name());
        unread.remove(revision.name());
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

    /** True if one of the revisions, as far as they are read, has that meaning. */
    synchronized boolean knows(String meaning) {
        return kept.values().stream().anyMatch(revision -> revision.means(meaning));
    }

    /** The names of reduced revisions among these. */
    synchronized List<String> reduced(Set<String> names) {
        return reduced.stream().filter(names::contains).toList();
    }

    /** The names of revisions whose meaning was never read. */
    synchronized List<String> unread() {
        return List.copyOf(unread);
    }

    /**
     * Adds what was read of a reduced revision; does nothing if it is not kept anymore.
     *
     * @param used false: its content is not to be held
     */
    synchronized void add(Revision read, boolean used) {
        var before = kept.get(read.name());
        if (before != null) {
            put(before.withMeaning(read.meaning()).withTemplate(read.template()));
            if (!used) {
                reduce(read.name());
            }
        }
    }

    /** Lets go of the content of revisions that are not in use. */
    synchronized void reduce(Set<String> inUse) {
        kept.keySet().stream()
                .filter(name -> !inUse.contains(name) && !name.equals(wanted) && !reduced.contains(name))
                .toList()
                .forEach(this::reduce);
    }

    private void reduce(String name) {
        var revision = kept.get(name);
        kept.put(name, revision.withTemplate(revision.template().map(Revision::reduced)));
        reduced.add(name);
    }

    /** The templates of revisions that were desired before and whose content is held. */
    synchronized List<Template> earlier() {
        return kept.values().stream()
                .filter(revision -> !revision.name().equals(wanted) && !reduced.contains(revision.name()))
                .flatMap(revision -> revision.template().stream())
                .toList();
    }

    /** The templates that replicas run, by revision; without reduced ones. */
    synchronized Map<String, Template> templates() {
        var templates = new TreeMap<String, Template>();
        kept.values().stream()
                .filter(revision -> !reduced.contains(revision.name()))
                .forEach(revision -> revision.pinned().ifPresent(template -> templates.put(revision.name(), template)));
        return templates;
    }

    /** The templates of all revisions, some of them reduced. @throws InvalidSpec if one of them can't be read */
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
        reduced.retainAll(kept.keySet());
        unread.retainAll(kept.keySet());
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

        /** The template without what may be large: its volumes are known, and it runs no replica. */
        static Template reduced(Template template) {
            var volumes = new LinkedHashMap<>(template.volumes());
            volumes.replaceAll((name, volume) -> volume instanceof Volume.Files ? new Volume.Files(Map.of()) : volume);
            return template.withProcess(Template.Process.OF_IMAGE)
                    .withMetadata(new Template.Metadata(Map.of(), Map.of()))
                    .withVolumes(volumes);
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
