package dev.mayfly.operator.image;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.policy.Compliance.Breach;
import dev.mayfly.core.policy.Verdicts;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Admits an image unless a policy forbids it; waits until the policies and the record of pulled images were read. */
@ApplicationScoped
public class PolicyGate {
    private final ImagePolicies policies;
    private final PulledImagesStore pulled;
    /** The ages of images count by the wall clock, which dated them. */
    private final InstantSource clock = InstantSource.system();

    PolicyGate(ImagePolicies policies, PulledImagesStore pulled) {
        this.policies = policies;
        this.pulled = pulled;
    }

    /** @param contents inspects the runtime's images */
    public ImageGate over(ImageContents contents) {
        policies.onChange(contents::scanAgain);
        return new ImageGate() {
            @Override
            public CompletionStage<Optional<Failure>> evaluate(OwnerId owner, Template template, String id) {
                return ready().thenCompose(read -> PolicyGate.this.evaluate(contents, owner, template, id));
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

    private CompletionStage<Optional<Failure>> evaluate(
            ImageContents contents, OwnerId owner, Template template, String id) {
        return policies.about(owner.namespace()).isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : contents.inspect(owner, id).thenApply(image -> refusal(owner, template, image));
    }

    /** Evaluates the policies as they are now, since inspecting the image took time. */
    private Optional<Failure> refusal(OwnerId owner, Template template, AuditedImage image) {
        var breaches = Verdicts.breaches(
                policies.about(owner.namespace()), ImageUses.of(owner, template), image, clock.instant());
        var enforced = breaches.stream().filter(Breach::enforced).toList();
        return enforced.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        refusal(template.image().reference(), new Compliance(Compliance.State.EVALUATED, enforced)));
    }

    /** @param reference the image as the workload names it */
    static Failure refusal(String reference, Compliance compliance) {
        return new Failure(
                Failure.NOT_COMPLIANT, "Image " + reference + " must not run here: " + compliance.summary() + ".");
    }
}
