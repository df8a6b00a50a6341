package dev.mayfly.core.audit;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * VOLUMEs that an image declares. For one at which nothing is mounted, engines create a writable directory that the
 * template does not request and whose data are removed with the container.
 */
public final class DeclaredVolumes {
    private static final String REASON = "UncoveredVolumes";

    private DeclaredVolumes() {}

    /** Those at which the template mounts nothing, sorted. Only a mount at exactly that path counts. */
    public static List<String> uncovered(Template template, Collection<String> declared) {
        var covered = Stream.concat(
                        template.mounts().stream().map(Template.Mount::path),
                        template.ephemerality().scratch().stream().map(scratch -> scratch.path()))
                .collect(Collectors.toSet());
        return declared.stream()
                .filter(path -> !covered.contains(path))
                .sorted()
                .toList();
    }

    /** Why no replica is started; empty if there are none, or the workload maps memory over them. */
    public static Optional<Failure> refusal(OwnerId owner, Template template, List<String> uncovered) {
        return uncovered.isEmpty() || template.ephemerality().coverVolumes()
                ? Optional.empty()
                : Optional.of(new Failure(
                        REASON,
                        "Image " + template.image().reference() + " declares VOLUME " + String.join(", ", uncovered)
                                + ", where no volume is mounted. Files written there would be lost with each replica,"
                                + " so none is started. To keep them, add:\n"
                                + SuggestedVolumes.yaml(owner.name(), uncovered)
                                + "or, if they may be lost, set ephemerality.uncoveredVolumes: Scratch."));
    }
}
