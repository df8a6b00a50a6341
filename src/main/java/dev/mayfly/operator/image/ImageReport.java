package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.api.v1alpha1.ImageStatus.PullStatus;
import dev.mayfly.api.v1alpha1.ImageStatusBuilder;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.status.Sizes;
import dev.mayfly.core.status.Times;
import dev.mayfly.runtime.Images.ImageFacts;
import java.util.Optional;

/** The image in a workload's or task's status. */
public final class ImageReport {
    private ImageReport() {}

    /**
     * @param previous null: there is none
     * @return null if the image is unknown
     */
    public static ImageStatus of(ImageStatus previous, Optional<ImageFacts> facts, Optional<PullState> pull) {
        var before = Optional.ofNullable(previous);
        var image = facts.map(known -> of(before, known).withPull(null));
        return pull.map(ImageReport::of)
                .map(moving -> image.orElseGet(ImageReport::empty).withPull(moving))
                .or(() -> image)
                .orElse(null);
    }

    /** If the image was not inspected since the operator's start, its size is taken from the previous status. */
    private static ImageStatus of(Optional<ImageStatus> before, ImageFacts facts) {
        var digest = facts.digest().orElse(facts.id());
        var same = before.filter(image -> digest.equals(image.digest()));
        return facts.sizeBytes() == 0 && same.isPresent()
                ? same.get()
                : ImageStatusBuilder.builder()
                        .digest(digest)
                        .size(facts.sizeBytes() == 0 ? null : Sizes.of(facts.sizeBytes()))
                        .layers(facts.layers() == 0 ? null : facts.layers())
                        .source(emptyToNull(facts.source()))
                        .vendor(emptyToNull(facts.vendor()))
                        .creationTime(facts.created().map(Times::text).orElse(null))
                        .build();
    }

    private static ImageStatus empty() {
        return ImageStatusBuilder.builder().build();
    }

    private static PullStatus of(PullState pull) {
        return new PullStatus(
                pull.percent(), Sizes.of(pull.bytes()), Sizes.of(pull.totalBytes()), pull.layersDone(), pull.layers());
    }

    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
