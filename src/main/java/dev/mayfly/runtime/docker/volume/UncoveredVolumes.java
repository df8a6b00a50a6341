package dev.mayfly.runtime.docker.volume;

import dev.mayfly.core.audit.DeclaredVolumes;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import java.util.Collection;
import java.util.List;

/** VOLUMEs of an image for which the engine would create an anonymous volume. Pure. */
public final class UncoveredVolumes {
    private UncoveredVolumes() {}

    /**
     * @param declared the image's VOLUMEs
     * @return those over which memory is to be mapped, sorted
     * @throws LaunchRefused if there are such VOLUMEs and the workload does not map memory over them, or there are too many
     */
    public static List<String> covered(Launch launch, Collection<String> declared) {
        DeclaredVolumes.tooMany(launch.template(), declared).ifPresent(failure -> {
            throw new LaunchRefused(failure);
        });
        var uncovered = DeclaredVolumes.uncovered(launch.template(), declared);
        DeclaredVolumes.refusal(launch.id().owner(), launch.template(), uncovered)
                .ifPresent(failure -> {
                    throw new LaunchRefused(failure);
                });
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
