package dev.mayfly.operator.revision;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.HeldContent;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.WatchedObject.NotReadYet;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentCopies;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.operator.revision.RevisionHistory.Revision;
import dev.mayfly.operator.spec.SpecEnvironment;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The current and earlier revisions of workloads, each with the image that it ran first, so that a replacement of any
 * replica runs the same image.
 */
@ApplicationScoped
public class Revisions implements OwnerState {
    /** The default of a Deployment. */
    private static final int LIMIT = 10;
    /**
     * Most content of ConfigMaps and Secrets that earlier revisions hold while replicas use them, in bytes: a sixth of the
     * operator's memory. The current ones share the content that is watched.
     */
    private static final long MOST_CONTENT = 32L << 20;
    /** How soon to try again to read revisions, of which one workload of a namespace at a time reads all. */
    private static final Duration TURN = Duration.ofMillis(200);

    private final SpecReader specs;
    private final Runtimes runtimes;
    private final RevisionStore store;
    private final ImagePins pins;
    private final ImageChecks checks;
    private final EventRecorder events;
    private final InstantSource clock = SteadyClock.system();
    private final Map<String, Known> histories = new ConcurrentHashMap<>();
    /** Namespaces of which a workload reads all of its revisions. */
    private final Set<String> reading = ConcurrentHashMap.newKeySet();

    private record Known(String namespace, RevisionHistory history) {}

    Revisions(
            SpecReader specs,
            Runtimes runtimes,
            RevisionStore store,
            ImagePins pins,
            ImageChecks checks,
            EventRecorder events) {
        this.specs = specs;
        this.runtimes = runtimes;
        this.store = store;
        this.pins = pins;
        this.checks = checks;
        this.events = events;
    }

    /**
     * Adds the revision's name and the templates of all known revisions; stores a new revision. While the API server does not
     * show the earlier ones, none is known, nor is the name of the spec's.
     *
     * @param read its revision is the hash of the template's meaning, as this version of the operator computes it;
     *     empty: the template can't be read
     * @param content content that the template uses from other objects
     */
    public Desired complete(EphemeralWorkload workload, Desired read, Content content) {
        try {
            var history = history(read.owner().uid(), workload);
            readUsed(workload, read, history);
            return read.revision().isEmpty() ? with(read, history) : complete(workload, read, content, history);
        } catch (Content.Unreadable unread) {
            return unknown(read, unread.failure());
        } catch (KubernetesClientException silent) {
            return unknown(
                    read,
                    new Failure(
                            Failure.REVISIONS_UNREADABLE,
                            "The ControllerRevisions with the workload's earlier templates can't be read, so nothing is"
                                    + " started: " + silent.getMessage()
                                    + ". Check that the operator may list them; it is retried automatically."));
        }
    }

    private static Desired unknown(Desired read, Failure why) {
        return read.withRevision("").refusing(Optional.empty(), why);
    }

    private Desired complete(EphemeralWorkload workload, Desired read, Content content, RevisionHistory history) {
        var uid = read.owner().uid();
        var template = read.template();
        if (!knows(workload, read.revision(), history) && !hasRoom(read.owner().namespace())) {
            var refusal = tooMuch(read.owner().namespace());
            return with(read.withRevision("").refusing(Optional.of(read.revision()), refusal), history);
        }
        var copied = content.read() && template.placement().inPods();
        var unsure = content.read()
                && !history.reduced(Set.of(read.revision())).isEmpty(); // an earlier operator began to write it
        var images = images(workload).filter(able -> moves(template));
        var choice = history.choose(
                read,
                images.isPresent(),
                images.flatMap(able -> checks.answer(template.image().reference())),
                clock.instant());
        var revision = choice.revision();
        if (choice.fresh() || unsure) {
            store.create(workload, revision, choice.fresh(), content, keeps(uid, revision.name()));
        }
        if (choice.fresh()) {
            reportSkipped(workload, read, content);
        }
        if (choice.returned()) {
            store.update(workload, revision, keeps(uid, revision.name()));
        }
        follow(read, revision, choice.resolving(), images);
        if (copied) {
            var name = ControllerRevisions.name(workload, revision.name());
            var pinned = PinnedContent.of(template, source -> ContentCopies.name(name, source));
            history.add(revision.withTemplate(Optional.of(pinned)), true);
            var uncopied = store.uncopied(workload, revision.name());
            if (uncopied.isPresent()) {
                return with(read.withRevision("").refusing(Optional.of(read.revision()), uncopied.get()), history);
            }
        }
        return with(
                read.withRevision(revision.name())
                        .withRollout(
                                rollout -> rollout.withPaused(read.rollout().paused() || choice.resolving())),
                history);
    }

    /** Reads the content of revisions that replicas run, or may run in place of a refused one. */
    private void readUsed(EphemeralWorkload workload, Desired read, RevisionHistory history) {
        var observed = runtimes.of(specs.runtimes(workload))
                .map(runtime -> runtime.observe(read.owner(), clock.instant()).revisions())
                .orElse(Set.of());
        var used = new HashSet<>(observed);
        used.addAll(remembered(workload.getStatus()));
        used.remove(read.revision()); // it was read just now
        history.reduced(used).forEach(name -> store.read(workload, name).ifPresent(found -> history.add(found, true)));
    }

    /**
     * True if one of the revisions has that meaning. A name tells it unless an older version of the operator gave it: then
     * all revisions are read, one after the other.
     */
    private boolean knows(EphemeralWorkload workload, String meaning, RevisionHistory history) {
        var unread = history.unread();
        if (history.knows(meaning) || unread.isEmpty()) {
            return history.knows(meaning);
        }
        var namespace = workload.getMetadata().getNamespace();
        if (!reading.add(namespace)) {
            throw new NotReadYet(TURN);
        }
        try {
            unread.forEach(name -> store.read(workload, name).ifPresent(found -> history.add(found, false)));
            return history.knows(meaning);
        } finally {
            reading.remove(namespace);
        }
    }

    /** True if the namespace's earlier revisions hold less than is left for those of others. */
    private boolean hasRoom(String namespace) {
        var own = earlierContent(known -> known.namespace().equals(namespace));
        return own == 0 || own < MOST_CONTENT - earlierContent(known -> true);
    }

    private long earlierContent(Predicate<Known> counted) {
        return HeldContent.of(
                histories.values().stream().filter(counted).flatMap(known -> known.history().earlier().stream()));
    }

    private static Failure tooMuch(String namespace) {
        return new Failure(
                "ContentTooLarge",
                "Replicas of earlier revisions in namespace " + namespace
                        + " use more ConfigMaps and Secrets than the operator holds for a namespace, which is 16 MiB, or"
                        + " less while other namespaces have much, so no further revision begins. It is retried"
                        + " automatically.");
    }

    /** Reads from the API server the first time, without blocking other workloads. */
    private RevisionHistory history(String uid, EphemeralWorkload workload) {
        var known = histories.get(uid);
        if (known != null) {
            return known.history();
        }
        var loaded = new Known(workload.getMetadata().getNamespace(), load(workload));
        return Optional.ofNullable(histories.putIfAbsent(uid, loaded))
                .orElse(loaded)
                .history();
    }

    /**
     * The templates of all revisions that the workload keeps; of some, the volumes only. Changes nothing.
     *
     * @throws InvalidSpec if one of them can't be read
     * @throws KubernetesClientException if the API server does not show them
     */
    public List<Template> kept(EphemeralWorkload workload) {
        var known = histories.get(workload.getMetadata().getUid());
        return (known == null ? load(workload) : known.history()).all();
    }

    /**
     * Adds the images that replicas were seen to run. Revisions that are neither in use nor among the latest are
     * forgotten, here and on the API server.
     */
    public Desired seen(
            EphemeralWorkload workload, EphemeralWorkloadStatus status, Desired desired, Observed observed) {
        var uid = desired.owner().uid();
        var known = histories.get(uid);
        if (known == null) {
            return desired;
        }
        var history = known.history();
        var images = images(workload);
        var unknown = history.find(desired.revision())
                .filter(revision -> revision.digest().isEmpty());
        images.ifPresent(able -> pins.learn(workload, history, observed, able, name -> keeps(uid, name)));
        // Now, not in the next reconciliation: a workload in its desired state may have none for days.
        unknown.flatMap(before -> history.find(desired.revision()))
                .filter(revision -> revision.digest().isPresent())
                .ifPresent(
                        revision -> follow(desired, revision, false, images.filter(able -> moves(desired.template()))));
        var limit = requireNonNullElse(workload.getSpec().revisionHistoryLimit(), LIMIT);
        var inUse = inUse(status, desired, observed);
        history.prune(inUse, limit)
                .forEach(name ->
                        store.delete(workload, name, () -> !keeps(uid, name).getAsBoolean()));
        history.reduce(inUse);
        return pinned(desired, history);
    }

    /** The API server removes its ControllerRevisions along with it. */
    @Override
    public void forget(OwnerId owner) {
        histories.remove(owner.uid());
    }

    private RevisionHistory load(EphemeralWorkload workload) {
        var status = workload.getStatus();
        var last = status == null ? "" : requireNonNullElse(status.updateRevision(), "");
        return new RevisionHistory(store.load(workload), last, clock.instant());
    }

    private static Desired with(Desired desired, RevisionHistory history) {
        var templates = history.templates();
        return desired.withEarlier(Map.copyOf(templates))
                .withTemplate(templates.getOrDefault(desired.revision(), desired.template()));
    }

    /** Only the images: other values filled in since the templates were read are kept. */
    private static Desired pinned(Desired desired, RevisionHistory history) {
        var earlier = new HashMap<String, Template>();
        desired.earlier()
                .forEach((name, template) -> history.find(name)
                        .ifPresent(kept -> earlier.put(name, template.withImage(image -> image.withPin(kept.pin())))));
        return desired.withEarlier(Map.copyOf(earlier))
                .withTemplate(history.find(desired.revision())
                        .map(kept -> desired.template().withImage(image -> image.withPin(kept.pin())))
                        .orElse(desired.template()));
    }

    private void follow(Desired desired, Revision revision, boolean waits, Optional<Images> images) {
        if (images.isPresent() && revision.digest().isPresent()) {
            var reference = desired.template().image().reference();
            checks.follow(
                    new ImageChecks.Follower(
                            desired.owner(),
                            reference,
                            revision.name(),
                            revision.digest().get(),
                            waits),
                    images.get());
        } else {
            checks.forget(desired.owner());
        }
    }

    /** True if another resolution may find a different image. */
    private static boolean moves(Template template) {
        var image = template.image();
        return image.pullPolicy() == PullPolicy.Always && !ImageName.fixed(image.reference());
    }

    private Optional<Images> images(EphemeralWorkload workload) {
        return runtimes.of(specs.runtimes(workload))
                .flatMap(ContainerRuntime::imageEngine)
                .map(ImageEngine::images);
    }

    private BooleanSupplier keeps(String uid, String revision) {
        return () -> Optional.ofNullable(histories.get(uid))
                .flatMap(known -> known.history().find(revision))
                .isPresent();
    }

    private static Set<String> inUse(EphemeralWorkloadStatus status, Desired desired, Observed observed) {
        return Stream.of(
                        observed.revisions().stream(),
                        Stream.of(desired.revision(), desired.rollout().stable()),
                        remembered(status).stream())
                .flatMap(names -> names)
                .collect(Collectors.toSet());
    }

    private static Set<String> remembered(EphemeralWorkloadStatus status) {
        return status == null
                ? Set.of()
                : Stream.of(status.currentRevision(), status.updateRevision(), status.rolledBackTo())
                        .map(name -> requireNonNullElse(name, ""))
                        .collect(Collectors.toSet());
    }

    /** Once per revision, as the kubelet does per Pod. */
    private void reportSkipped(EphemeralWorkload workload, Desired desired, Content content) {
        var owner = desired.owner();
        var skipped = SpecEnvironment.skipped(workload.getSpec().template(), owner, content);
        if (!skipped.isEmpty()) {
            var note = "Keys that envFrom takes were skipped, because they are no names of variables, are Mayfly's own"
                    + " (MAYFLY_*), or hold no text: " + String.join(", ", skipped);
            events.add(new RuntimeEvent(owner, "InvalidEnvironmentVariableNames", owner.name(), note, true));
        }
    }
}
