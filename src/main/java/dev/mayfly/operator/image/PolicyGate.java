package dev.mayfly.operator.image;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.policy.Compliance.Breach;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.policy.Verdicts;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageGate;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets an image run where no policy forbids it; and none before the policies were read, and what was pulled earlier. */
@ApplicationScoped
public class PolicyGate {
    private final ImagePolicies policies;
    private final PulledImagesStore pulled;
    private final InstantSource clock = InstantSource.system();

    PolicyGate(ImagePolicies policies, PulledImagesStore pulled) {
        this.policies = policies;
        this.pulled = pulled;
    }

    /** For a runtime whose images can be looked into so. */
    public ImageGate over(ImageContents contents) {
        policies.onChange(contents::scanAgain);
        return new ImageGate() {
            @Override
            public CompletionStage<Optional<Failure>> judge(OwnerId owner, Template template, String id) {
                return ready().thenCompose(read -> PolicyGate.this.judge(contents, owner, template, id));
            }

            @Override
            public CompletionStage<?> ready() {
                return pulled.whenRead().thenCompose(remembered -> policies.whenRead());
            }

            @Override
            public void onChange(Runnable listener) {
                policies.onChange(listener);
            }
        };
    }

    private CompletionStage<Optional<Failure>> judge(
            ImageContents contents, OwnerId owner, Template template, String id) {
        return policies.about(owner.namespace()).isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : contents.look(id).thenApply(image -> refusal(owner, template, image));
    }

    /** By the policies as they are now: looking into the image took its time. */
    private Optional<Failure> refusal(OwnerId owner, Template template, AuditedImage image) {
        var breaches =
                Verdicts.breaches(policies.about(owner.namespace()), ImageUses.of(owner, template), image, clock.instant());
        var enforced = breaches.stream().filter(Breach::enforced).toList();
        return enforced.isEmpty()
                ? Optional.empty()
                : Optional.of(refusal(template.image(), new Compliance(Compliance.State.EVALUATED, enforced)));
    }

    /** Of the image that a workload names so. */
    static Failure refusal(String reference, Compliance compliance) {
        return new Failure(
                Failure.NOT_COMPLIANT, "Image " + reference + " must not run here: " + compliance.summary() + ".");
    }
}
