package dev.mayfly.runtime.docker.volume;

import dev.mayfly.core.audit.SuggestedVolumes;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Template;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * VOLUMEs of an image for which the engine would create an anonymous volume: a writable directory that the template
 * does not request and whose data are removed with the container. Only a mount at exactly that path prevents it. Pure.
 */
public final class UncoveredVolumes {
    private static final String REASON = "UncoveredVolumes";

    private UncoveredVolumes() {}

    /** @param declared the image's VOLUMEs. @return sorted */
    static List<String> of(Template template, Collection<String> declared) {
        var covered = Stream.concat(
                        template.mounts().stream().map(Template.Mount::path),
                        template.ephemerality().scratch().stream().map(scratch -> scratch.path()))
                .collect(Collectors.toSet());
        return declared.stream()
                .filter(path -> !covered.contains(path))
                .sorted()
                .toList();
    }

    /** @throws LaunchRefused if there are such VOLUMEs and the workload does not map memory over them */
    public static List<String> covered(Launch launch, Collection<String> declared) {
        var template = launch.template();
        var uncovered = of(template, declared);
        if (!uncovered.isEmpty() && !template.ephemerality().coverVolumes()) {
            throw new LaunchRefused(new Failure(
                    REASON,
                    "Image " + template.image().reference() + " declares VOLUME " + String.join(", ", uncovered)
                            + ", where no volume is mounted. Files written there would be lost with each replica, so none"
                            + " is started. To keep them, add:\n"
                            + SuggestedVolumes.yaml(launch.id().owner().name(), uncovered)
                            + "or, if they may be lost, set ephemerality.uncoveredVolumes: Scratch."));
        }
        return uncovered;
    }

    /** A launch that is refused before it reaches the engine. */
    public static final class LaunchRefused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;

        public LaunchRefused(Failure failure) {
            super(failure.message());
            this.failure = failure;
        }

        public Failure failure() {
            return failure;
        }
    }
}
