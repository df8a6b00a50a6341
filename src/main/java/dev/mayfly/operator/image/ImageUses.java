package dev.mayfly.operator.image;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.policy.Verdicts.ImageUse;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.Images.ImageFacts;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Determines which images a workload uses, and how. */
final class ImageUses {
    private ImageUses() {}

    /** @param id ID of the image, {@code sha256:…} */
    record Used(ImageUse use, String id) {}

    /** How replicas of the template use its image. */
    static ImageUse of(OwnerId owner, Template template) {
        var reference = template.image().reference();
        var covered = Stream.concat(
                        template.mounts().stream().map(Template.Mount::path),
                        template.ephemerality().scratch().stream().map(scratch -> scratch.path()))
                .collect(Collectors.toUnmodifiableSet());
        return new ImageUse(
                owner.namespace(),
                reference,
                reference.startsWith("sha256:") ? "" : ImageName.fullRepository(reference),
                template.security().runAsUser(),
                covered,
                template.ephemerality().coverVolumes());
    }

    /** The image of the desired revision; empty if its ID is not known yet. */
    static Optional<Used> newest(Desired desired, Optional<ImageFacts> image) {
        return image.map(facts -> new Used(of(desired.owner(), desired.template()), facts.id()));
    }

    /** Images of existing replicas: all replicas of a revision run one image. */
    static Set<Used> running(Desired desired, Observed observed) {
        var used = new LinkedHashSet<Used>();
        for (var revision : observed.revisions()) {
            var template = revision.equals(desired.revision())
                    ? Optional.of(desired.template())
                    : Optional.ofNullable(desired.earlier().get(revision));
            var image = Optional.of(observed.occupantsInRemovalOrder(revision).next())
                    .map(Replica::image)
                    .filter(id -> !id.isEmpty());
            template.ifPresent(of -> image.ifPresent(id -> used.add(new Used(of(desired.owner(), of), id))));
        }
        return used;
    }
}
