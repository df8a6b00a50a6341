package dev.mayfly.operator.image;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.core.policy.Compliance.Breach;
import dev.mayfly.core.policy.Compliance.State;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.policy.Policy;
import dev.mayfly.core.policy.Verdicts;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.image.ImageUses.Used;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Images.ImageFacts;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What the policies say of the images that workloads run, or are about to. Has those looked into that nobody knows yet. */
@ApplicationScoped
public class PolicyEvaluation implements OwnerState {
    /** How soon to ask again where whoever could not look into an image does not say. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final ImagePolicies policies;
    private final ResourceCaches resources;
    private final ViolationRecheck secondLooks;
    private final InstantSource clock = InstantSource.system();
    private final Map<OwnerId, Uses> uses = new ConcurrentHashMap<>();
    /** By owner and image id, or owner and revision whose image is being had. */
    private final Set<String> looking = ConcurrentHashMap.newKeySet();
    /** Owner and revision whose image could not be had. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    public PolicyEvaluation(ImagePolicies policies, ResourceCaches resources) {
        this.policies = policies;
        this.resources = resources;
        this.secondLooks = new ViolationRecheck(this::seenAnew);
    }

    /** What a workload uses, and what tells what is in it. */
    record Uses(Set<Used> all, ImageContents contents) {}

    /** All are looked at again when a policy changed. */
    void start(@Observes StartupEvent started) {
        policies.onChange(resources::wakeAll);
    }

    /** @param image that is about to run, as far as that is known */
    public ImageAdmission judge(ContainerRuntime runtime, Desired desired, Observed observed, Optional<ImageFacts> image) {
        if (runtime.imageEngine().isEmpty()) {
            return ImageAdmission.UNKNOWN;
        }
        var engine = runtime.imageEngine().get();
        var newest = ImageUses.newest(desired, image);
        var all = new LinkedHashSet<>(ImageUses.running(desired, observed));
        newest.ifPresent(all::add);
        note(desired.owner(), new Uses(all, engine.contents()));
        if (!policies.read()) {
            return ImageAdmission.UNREAD;
        }
        var rules = policies.about(desired.owner().namespace());
        if (rules.isEmpty()) {
            return new ImageAdmission(Compliance.NO_POLICY, Optional.empty());
        }
        var judged = judge(rules, desired.owner(), all, engine.contents(), observed);
        if (!judged.breaches().isEmpty()) {
            secondLooks.broken(engine.contents(), desired.owner(), looked(all, engine.contents()), observed.now());
        }
        if (newest.isEmpty() && observed.occupied() > observed.occupied(desired.revision()) && prepares(desired, engine)) {
            return new ImageAdmission(judged, Optional.of(Compliance.UNKNOWN));
        }
        var judgement = new ImageAdmission(
                judged, newest.map(used -> judge(rules, desired.owner(), Set.of(used), engine.contents(), observed)));
        if (judgement.trouble(desired, observed).isPresent()) {
            secondLooks.refused(engine, desired, observed.now());
        }
        return judgement;
    }

    private Compliance judge(
            List<Policy> rules, OwnerId owner, Set<Used> all, ImageContents contents, Observed observed) {
        var breaches = new LinkedHashSet<Breach>();
        var unknown = all.isEmpty();
        var ruled = false;
        for (var used : all) {
            contents.lookAgainIfDue(used.id());
            var image = contents.known(used.id());
            if (image.isEmpty()) {
                look(owner, used.id(), contents);
                unknown = true;
            } else {
                ruled |= !Verdicts.applicable(rules, used.use(), image.get()).isEmpty();
                Verdicts.breaches(rules, used.use(), image.get(), observed.now()).stream()
                        .map(breach -> all.size() > 1 ? of(used, breach) : breach)
                        .forEach(breaches::add);
            }
        }
        if (unknown && breaches.isEmpty()) {
            return unseen(all, contents);
        }
        return ruled ? new Compliance(State.EVALUATED, new ArrayList<>(breaches)) : Compliance.NO_POLICY;
    }

    private static Set<String> looked(Set<Used> all, ImageContents contents) {
        return all.stream()
                .map(Used::id)
                .filter(id -> contents.known(id).isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Compliance unseen(Set<Used> all, ImageContents contents) {
        return all.stream()
                .flatMap(used -> contents.failure(used.id()).stream())
                .findFirst()
                .map(Compliance::notInspected)
                .orElse(Compliance.UNKNOWN);
    }

    /**
     * A rollout takes nobody away for an image that must not run: so its image is had here and judged before. True while that is
     * tried; one that can't be had so is left to the launch, which tells people why.
     */
    private boolean prepares(Desired desired, ImageEngine engine) {
        var owner = desired.owner();
        var template = desired.template();
        if (template.pullPolicy() == PullPolicy.Never) {
            return false;
        }
        var wanted = owner.uid() + " " + desired.revision();
        if (failed.contains(wanted)) {
            return false;
        }
        if (looking.add(wanted)) {
            engine.pulls().fetch(owner, template).whenComplete((image, failure) -> {
                if (failure != null) {
                    failed.add(wanted);
                }
                looking.remove(wanted);
                resources.wake(owner);
            });
        }
        return true;
    }

    /** During a rollout the old image and the new one may differ. */
    private static Breach of(Used used, Breach breach) {
        return new Breach(
                breach.policy(), breach.enforced(), breach.rule(), used.use().reference() + ": " + breach.message());
    }

    private void look(OwnerId owner, String id, ImageContents contents) {
        if (looking.add(id + owner.uid())) {
            contents.look(id).whenComplete((image, failure) -> {
                if (failure == null) {
                    looking.remove(id + owner.uid());
                    seenAnew(owner);
                } else {
                    resources.wake(owner); // the status tells why
                    CompletableFuture.delayedExecutor(again(failure).toMillis(), TimeUnit.MILLISECONDS)
                            .execute(() -> askAgain(owner, id));
                }
            });
        }
    }

    private void seenAnew(OwnerId owner) {
        resources.wake(owner);
        policies.touch();
    }

    /** Only now: nobody asks anew in the meantime. */
    private void askAgain(OwnerId owner, String id) {
        looking.remove(id + owner.uid());
        resources.wake(owner);
    }

    private Duration again(Throwable failure) {
        var why = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return Optional.of(why)
                .filter(ImageUnavailable.class::isInstance)
                .flatMap(unavailable -> ((ImageUnavailable) unavailable).again())
                .map(again -> Duration.between(clock.instant(), again))
                .orElse(AGAIN);
    }

    private void note(OwnerId owner, Uses now) {
        if (!now.equals(uses.put(owner, now))) {
            policies.touch();
        }
    }

    @Override
    public void forget(OwnerId owner) {
        failed.removeIf(wanted -> wanted.startsWith(owner.uid()));
        secondLooks.forget(owner);
        if (uses.remove(owner) != null) {
            policies.touch();
        }
    }

    /** What all workloads use. One whose finalizer was taken away is forgotten here: nobody told of its end. */
    Map<OwnerId, Uses> uses() {
        uses.keySet().removeIf(owner -> !resources.has(owner));
        return Map.copyOf(uses);
    }

/**
 * What the policies say of a workload's images.
 *
 * @param compliance of all that run or are about to
 * @param newest of the one that is about to run; empty: no policy has rules there, or nobody knows yet which image that is
 */
public record ImageAdmission(Compliance compliance, Optional<Compliance> newest) {
    /** The runtime has no images. */
    static final ImageAdmission UNKNOWN = new ImageAdmission(Compliance.UNKNOWN, Optional.empty());

    /** Nobody knows the policies. */
    static final ImageAdmission UNREAD = new ImageAdmission(Compliance.POLICIES_UNKNOWN, Optional.of(Compliance.UNKNOWN));

    /**
     * What to plan for: while the new image may not run, or is being looked into, no replica of another revision goes for it;
     * these heal and scale on.
     */
    public Desired holding(Desired desired, Observed observed) {
        var waits = newest.filter(image -> image.forbids() || image.state() == State.UNKNOWN)
                .isPresent();
        return waits && rollsOut(desired, observed) ? desired.withPaused(true) : desired;
    }

    /** What people must see where the plan holds the rollout, so that no replica tells of it. */
    public Optional<Failure> trouble(Desired desired, Observed observed) {
        return newest.filter(image -> rollsOut(desired, observed))
                .flatMap(image -> image.forbids()
                        ? Optional.of(PolicyGate.refusal(desired.template().image(), image))
                        : image.inspectFailure());
    }

    private static boolean rollsOut(Desired desired, Observed observed) {
        return observed.occupied() > observed.occupied(desired.revision());
    }
}
}
