package dev.mayfly.operator.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.policy.Compliance.Breach;
import dev.mayfly.core.policy.Compliance.State;
import dev.mayfly.core.policy.Policy;
import dev.mayfly.core.policy.Verdicts;
import dev.mayfly.host.SteadyClock;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Evaluates the policies for the images that workloads run or are about to run. Requests an inspection of images that
 * are not known yet.
 */
@ApplicationScoped
public class PolicyEvaluation implements OwnerState {
    /** Delay before the next inspection if the failure names none. */
    private static final Duration AGAIN = Duration.ofSeconds(5);
    /** Delay before an image whose pull failed is pulled ahead of its launch again: the launch meanwhile tries itself. */
    private static final Duration PULL_AGAIN = Duration.ofMinutes(1);

    private final ImagePolicies policies;
    private final ResourceCaches resources;
    private final ViolationRecheck rechecks;
    private final boolean scans;
    private final InstantSource clock = SteadyClock.system();
    /** The ages of images count by the wall clock, which dated them. */
    private final InstantSource wall = InstantSource.system();

    private final Map<OwnerId, Uses> uses = new ConcurrentHashMap<>();
    /** By owner and image ID; also by owner and revision, while the revision's image is being pulled. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    /** By owner and revision, if the revision's image could not be pulled lately. */
    private final Cache<String, Boolean> failed =
            Caffeine.newBuilder().expireAfterWrite(PULL_AGAIN).build();

    public PolicyEvaluation(ImagePolicies policies, ResourceCaches resources, MayflyConfig config) {
        this.scans = !config.images().scanners().isEmpty();
        this.policies = policies;
        this.resources = resources;
        this.rechecks = new ViolationRecheck(this::seenAnew);
    }

    /** The images that a workload uses, and the source of their contents. */
    record Uses(Set<Used> all, ImageContents contents) {}

    /** All resources are reconciled when a policy changed. */
    void start(@Observes StartupEvent started) {
        policies.onChange(resources::wakeAll);
    }

    /**
     * Evaluates the policies, and requests the inspection of images that are not known yet; during a rollout also the pull of the new
     * one. The workload is reconciled again when they arrive.
     *
     * @param image the image that is about to run; empty if not known yet
     */
    public ImageAdmission evaluateAndInspect(
            ContainerRuntime runtime, Desired desired, Observed observed, Optional<ImageFacts> image) {
        if (runtime.imageEngine().isEmpty()) {
            return desired.template().placement().inPods()
                    ? ImageAdmission.byReference(byReference(desired.owner(), desired.template()))
                    : ImageAdmission.UNKNOWN;
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
        var compliance = evaluate(rules, desired.owner(), all, engine.contents());
        if (!compliance.breaches().isEmpty()) {
            rechecks.inspectIfDue(
                    engine.contents(), desired.owner(), inspected(all, engine.contents()), observed.now());
        }
        if (newest.isEmpty()
                && !desired.startsNothing()
                && observed.occupied() > observed.occupied(desired.revision())
                && pullAhead(desired, engine)) {
            return new ImageAdmission(compliance, Optional.of(Compliance.UNKNOWN));
        }
        var admission = new ImageAdmission(
                compliance, newest.map(used -> evaluate(rules, desired.owner(), Set.of(used), engine.contents())));
        if (admission.trouble(desired, observed).isPresent()) {
            rechecks.pullAndInspectIfDue(engine, desired, observed.now());
        }
        return admission;
    }

    /** The plan without launches of Pods whose images the policies forbid; containers are held back by their runtime. */
    public Plan permitted(OwnerId owner, Plan plan) {
        return plan.withLaunches(plan.launches().stream()
                .filter(launch -> !launch.template().placement().inPods() || permits(owner, launch.template()))
                .toList());
    }

    private boolean permits(OwnerId owner, Template template) {
        return policies.read() && !byReference(owner, template).forbids();
    }

    private Compliance byReference(OwnerId owner, Template template) {
        return policies.read()
                ? Verdicts.byReference(policies.about(owner.namespace()), ImageUses.of(owner, template), scans)
                : Compliance.POLICIES_UNKNOWN;
    }

    private Compliance evaluate(List<Policy> rules, OwnerId owner, Set<Used> all, ImageContents contents) {
        var breaches = new LinkedHashSet<Breach>();
        var unknown = all.isEmpty();
        var ruled = false;
        for (var used : all) {
            contents.reinspectIfDue(used.id());
            var image = contents.known(used.id());
            if (image.isEmpty()) {
                inspect(owner, used.id(), contents);
                unknown = true;
            } else {
                ruled |= !Verdicts.applicable(rules, used.use(), image.get()).isEmpty();
                Verdicts.breaches(rules, used.use(), image.get(), wall.instant()).stream()
                        .map(breach -> all.size() > 1 ? of(used, breach) : breach)
                        .forEach(breaches::add);
            }
        }
        if (unknown && breaches.isEmpty()) {
            return unseen(all, contents);
        }
        return ruled ? new Compliance(State.EVALUATED, new ArrayList<>(breaches)) : Compliance.NO_POLICY;
    }

    private static Set<String> inspected(Set<Used> all, ImageContents contents) {
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
     * A rollout removes no replica for an image that is forbidden, so this starts its pull, to evaluate it before. True
     * while that is attempted; if the pull fails, the launch attempts it again and reports why.
     */
    private boolean pullAhead(Desired desired, ImageEngine engine) {
        var owner = desired.owner();
        var template = desired.template();
        if (template.image().pullPolicy() == PullPolicy.Never) {
            return false;
        }
        var wanted = owner.uid() + " " + desired.revision();
        if (failed.getIfPresent(wanted) != null) {
            return false;
        }
        if (underWay.add(wanted)) {
            engine.pulls().fetch(owner, template).whenComplete((image, failure) -> {
                if (failure != null) {
                    failed.put(wanted, true);
                }
                underWay.remove(wanted);
                resources.wake(owner);
            });
        }
        return true;
    }

    /** During a rollout the old and the new image may differ. */
    private static Breach of(Used used, Breach breach) {
        return new Breach(
                breach.policy(), breach.enforced(), breach.rule(), used.use().reference() + ": " + breach.message());
    }

    private void inspect(OwnerId owner, String id, ImageContents contents) {
        if (underWay.add(id + owner.uid())) {
            contents.inspect(owner, id).whenComplete((image, failure) -> {
                if (failure == null) {
                    underWay.remove(id + owner.uid());
                    seenAnew(owner);
                } else {
                    resources.wake(owner); // the status reports why
                    policies.later(again(failure), () -> retry(owner, id));
                }
            });
        }
    }

    private void seenAnew(OwnerId owner) {
        resources.wake(owner);
        policies.touch();
    }

    /** Only now, so that no other inspection was requested in the meantime. */
    private void retry(OwnerId owner, String id) {
        underWay.remove(id + owner.uid());
        resources.wake(owner);
    }

    private Duration again(Throwable failure) {
        return ImageUnavailable.in(failure)
                .flatMap(ImageUnavailable::again)
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
        failed.asMap().keySet().removeIf(wanted -> wanted.startsWith(owner.uid()));
        rechecks.forget(owner);
        if (uses.remove(owner) != null) {
            policies.touch();
        }
    }

    /**
     * Images of all workloads. Forgets workloads whose finalizer was removed by others, since their deletion was not
     * reported.
     */
    Map<OwnerId, Uses> uses() {
        uses.keySet().removeIf(owner -> !resources.has(owner));
        return Map.copyOf(uses);
    }

    /**
     * The result of the policies for a workload's images.
     *
     * @param compliance of all images that run or are about to run
     * @param newest of the image that is about to run; empty if no policy has rules for the namespace, or the image is not
     * known yet
     * @param unseen true: the node that runs it pulls it, so that no replica reports that it is forbidden
     */
    public record ImageAdmission(Compliance compliance, Optional<Compliance> newest, boolean unseen) {
        /** The runtime has no images. */
        static final ImageAdmission UNKNOWN = new ImageAdmission(Compliance.UNKNOWN, Optional.empty());

        ImageAdmission(Compliance compliance, Optional<Compliance> newest) {
            this(compliance, newest, false);
        }

        static ImageAdmission byReference(Compliance compliance) {
            return new ImageAdmission(compliance, Optional.of(compliance), true);
        }

        /** The policies were not read yet. */
        static final ImageAdmission UNREAD =
                new ImageAdmission(Compliance.POLICIES_UNKNOWN, Optional.of(Compliance.UNKNOWN));

        /**
         * The workload to plan for: while the new image is forbidden or being inspected, it replaces no replica of another
         * revision; those are still replaced on failure and scaled.
         */
        public Desired holding(Desired desired, Observed observed) {
            var waits = newest.filter(image -> image.forbids() || image.state() == State.UNKNOWN)
                    .isPresent();
            return waits && rollsOut(desired, observed)
                    ? desired.withRollout(rollout -> rollout.withPaused(true))
                    : desired;
        }

        /** The failure to report while the plan holds the rollout, since no replica reports it then. */
        public Optional<Failure> trouble(Desired desired, Observed observed) {
            return newest.filter(image -> unseen || rollsOut(desired, observed))
                    .flatMap(image -> image.forbids()
                            ? Optional.of(PolicyGate.refusal(
                                    desired.template().image().reference(), image))
                            : image.inspectFailure());
        }

        private static boolean rollsOut(Desired desired, Observed observed) {
            return observed.occupied() > observed.occupied(desired.revision());
        }
    }
}
