package dev.mayfly.core.audit;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Text;
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

    /** VOLUMEs that an image may declare: each one that nothing covers costs a request to the engine, or a mount. */
    public static final int MOST = 100;

    /** Linux' PATH_MAX. */
    public static final int LONGEST_PATH = 4096;

    /** VOLUMEs that a refusal names. */
    private static final int NAMED = 10;

    private DeclaredVolumes() {}

    /** Why no replica of the image is started, whatever its template mounts; empty if there is no such reason. */
    public static Optional<Failure> tooMany(Template template, Collection<String> declared) {
        return declared.size() > MOST || declared.stream().anyMatch(path -> Text.exceeds(path, LONGEST_PATH))
                ? Optional.of(new Failure(
                        "TooManyVolumes",
                        "Image " + template.image().reference() + " declares more than " + MOST
                                + " VOLUMEs, or longer paths than Linux has. Build it with fewer."))
                : Optional.empty();
    }

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
                        "Image " + template.image().reference() + " declares VOLUME " + named(uncovered)
                                + ", where no volume is mounted. Files written there would be lost with each replica,"
                                + " so none is started. To keep them, add:\n"
                                + SuggestedVolumes.yaml(
                                        owner.name(), uncovered.subList(0, Math.min(NAMED, uncovered.size())))
                                + "or, if they may be lost, set ephemerality.uncoveredVolumes: Scratch."));
    }

    private static String named(List<String> uncovered) {
        var more = uncovered.size() - NAMED;
        return uncovered.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
