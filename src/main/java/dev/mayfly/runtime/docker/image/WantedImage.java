package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import dev.mayfly.runtime.docker.image.RegistryPulls.PullRequest;
import dev.mayfly.runtime.docker.image.RegistryPulls.PullRequest.Purpose;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An image from which containers are to be created. Equal requests with the same credentials share one answer.
 *
 * @param pin the image to use, regardless of what the reference names
 * @param logins logins for its registry
 */
record WantedImage(String reference, PullPolicy policy, Optional<ImagePin> pin, List<RegistryLogin> logins) {

    static WantedImage of(Template template, List<RegistryLogin> logins) {
        var image = template.image();
        return new WantedImage(image.reference(), image.pullPolicy(), image.pin(), logins);
    }

    /** The pinned image's name in its registry; empty if nothing is pinned, or the image came from no registry. */
    Optional<String> exactly() {
        return pin.map(ImagePin::digest)
                .filter(digest -> !digest.isEmpty())
                .map(digest -> ImageName.at(reference, digest));
    }

    /** True if no registry may be asked, or none is known: an image ID names none. */
    boolean never() {
        return policy == PullPolicy.Never || ImageName.id(reference);
    }

    /** True if the registry is asked even though the image is available. */
    boolean always() {
        return policy == PullPolicy.Always && !ImageName.id(reference);
    }

    PullRequest request(String name, PullWaiters waiters) {
        return new PullRequest(name, logins, waiters, Purpose.LAUNCH);
    }

    Failure absent() {
        return new Failure(
                "ErrImageNeverPull",
                "Image " + reference + " is not on the engine, and "
                        + (ImageName.id(reference)
                                ? "an id names no registry to pull it from. Load it, or name its repository."
                                : "imagePullPolicy Never forbids to pull it. Load it, or use IfNotPresent."));
    }

    Failure gone(ImagePin pin) {
        var why = pin.digest().isEmpty()
                ? "it came from no registry, so it can't be pulled again"
                : "imagePullPolicy Never forbids to pull it again";
        return new Failure(
                "ErrPinnedImageGone",
                "Image " + pin.id() + ", which " + reference
                        + " meant when this revision first ran, is not on the engine any more, and " + why
                        + ". Load that image again, or change the template so that a new revision runs what "
                        + reference + " means now.");
    }

    /** Compares logins by their fingerprints, not by their credentials. */
    @Override
    public boolean equals(Object other) {
        return other instanceof WantedImage wanted
                && reference.equals(wanted.reference)
                && policy == wanted.policy
                && pin.equals(wanted.pin)
                && fingerprints().equals(wanted.fingerprints());
    }

    @Override
    public int hashCode() {
        return Objects.hash(reference, policy, pin, fingerprints());
    }

    private List<String> fingerprints() {
        return logins.stream().map(RegistryLogin::fingerprint).toList();
    }
}
