package dev.mayfly.operator.revision;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.revision.RevisionHistory.Revision;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Images.ImageFacts;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Spliterators;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Learns from a revision's first replica which image the revision runs, and stores it. */
@ApplicationScoped
public class ImagePins {
    private final RevisionStore store;
    private final InstantSource clock = SteadyClock.system();

    ImagePins(RevisionStore store) {
        this.store = store;
    }

    /**
     * The image that the template's revision runs, if known; with size 0 if it was not inspected since the operator's
     * start.
     */
    public static Optional<ImageFacts> running(ContainerRuntime runtime, Template template) {
        return runtime.imageEngine().map(ImageEngine::images).flatMap(images -> running(images, template));
    }

    private static Optional<ImageFacts> running(Images images, Template template) {
        var image = template.image();
        return image.pin().isEmpty()
                ? images.facts(image.reference())
                : images.facts(image.reference(), image.pin().get().id())
                        .or(() -> image.pin().map(ImagePins::unseen));
    }

    /** Progress of the pull that the template's replicas wait for; empty if no pull is in progress. */
    public static Optional<PullState> pull(ContainerRuntime runtime, Template template) {
        var image = template.image();
        return runtime.imageEngine()
                .map(ImageEngine::pulls)
                .flatMap(pulls -> pulls.underWay(image.reference())
                        .or(() -> image.pin()
                                .filter(pin -> !pin.digest().isEmpty())
                                .flatMap(pin -> pulls.underWay(ImageName.at(image.reference(), pin.digest())))));
    }

    private static ImageFacts unseen(ImagePin pin) {
        return new ImageFacts(pin.id(), Optional.of(pin.digest()).filter(digest -> !digest.isEmpty()));
    }

    /**
     * Pins each revision that has replicas and no image yet. The ID is pinned at once; the digest follows when the
     * engine has answered.
     *
     * @param kept says whether a revision is still to be kept
     */
    void learn(
            EphemeralWorkload workload,
            RevisionHistory history,
            Observed observed,
            Images images,
            Function<String, BooleanSupplier> kept) {
        for (var name : observed.revisions()) {
            history.find(name)
                    .filter(revision -> revision.pin().isEmpty())
                    .ifPresent(revision -> image(observed, name)
                            .ifPresent(id -> pin(workload, history, revision, id, images, kept.apply(name))));
        }
    }

    /** Only a replica that started proves which image the revision runs. */
    private static Optional<String> image(Observed observed, String revision) {
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(observed.occupantsInRemovalOrder(revision), 0), false)
                .filter(replica ->
                        replica.startedAt().isPresent() && !replica.image().isEmpty())
                .map(Replica::image)
                .findFirst();
    }

    private void pin(
            EphemeralWorkload workload,
            RevisionHistory history,
            Revision revision,
            String id,
            Images images,
            BooleanSupplier kept) {
        var reference = revision.template()
                .map(template -> template.image().reference())
                .orElse("");
        history.change(revision.name(), clock.instant(), r -> r.withPin(Optional.of(new ImagePin(id, ""))));
        images.inspect(reference, id).whenComplete((facts, failure) -> {
            if (failure == null) {
                history.change(revision.name(), clock.instant(), r -> r.withPin(Optional.of(facts.pin())));
            } else if (ImageUnavailable.in(failure).isEmpty()) {
                // the engine did not answer: a later reconciliation retries
                history.change(revision.name(), clock.instant(), r -> r.withPin(Optional.empty()));
                return;
            }
            history.find(revision.name()).ifPresent(pinned -> store.update(workload, pinned, kept));
        });
    }
}
