package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.Images.ImageFacts;
import dev.mayfly.runtime.docker.container.InspectedHealth;
import dev.mayfly.runtime.docker.container.PathText;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An image on the engine.
 *
 * @param id its content id, {@code sha256:…}
 * @param digests {@code repository@sha256:…}, one for each repository it was pulled from or pushed to
 * @param tags {@code repository:tag}, as the engine shows them
 * @param user as the image has it, empty for root
 * @param stopSignal what ends its PID 1 gracefully
 * @param volumes paths that it declares as VOLUME, as the engine mounts them
 * @param layers how many it has
 * @param created empty: it does not say, or says 1970
 * @param source empty: it does not say
 * @param vendor empty: it does not say
 * @param healthCheck true where it has a HEALTHCHECK
 * @param seen when it was last looked at
 */
@RecordBuilder
public record LocalImage(
        String id,
        List<String> digests,
        List<String> tags,
        long sizeBytes,
        String user,
        String stopSignal,
        Set<String> volumes,
        int layers,
        Optional<Instant> created,
        String source,
        String vendor,
        boolean healthCheck,
        Instant seen)
        implements LocalImageBuilder.With {

    /** Repositories that its tags and digests are of, in full. */
    Set<String> repositories() {
        return Stream.of(tags, digests)
                .flatMap(List::stream)
                .map(ImageName::fullRepository)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** {@code repository@sha256:…} of the reference's repository; empty: it did not come from there. */
    Optional<String> digestOf(String reference) {
        var repository = ImageName.fullRepository(reference);
        return digests.stream()
                .filter(digest -> ImageName.fullRepository(digest).equals(repository))
                .findFirst();
    }

    /** True where it has no name of another repository: nobody else brought it. */
    boolean onlyOf(String repository) {
        return repositories().stream().allMatch(repository::equals);
    }

    static LocalImage of(InspectImageResponse image, Instant seen) {
        var config = image.getConfig();
        var labels = config == null || config.getLabels() == null ? Map.<String, String>of() : config.getLabels();
        return new LocalImage(
                image.getId(),
                Objects.requireNonNullElse(image.getRepoDigests(), List.of()),
                Objects.requireNonNullElse(image.getRepoTags(), List.of()),
                image.getSize(),
                config == null || config.getUser() == null ? "" : config.getUser(),
                stopSignal(config),
                volumes(config),
                layers(image),
                Provenance.created(image.getCreated(), labels),
                Provenance.source(labels),
                Provenance.vendor(labels),
                config != null && InspectedHealth.asks(config.getHealthcheck()),
                seen);
    }

    /** The same, as if nobody had looked at it for long. */
    LocalImage stale() {
        return withSeen(Instant.EPOCH);
    }

    /** @param reference names the repository whose digest counts: an image that was tagged anew here has none of its own */
    ImageFacts facts(String reference) {
        return new ImageFacts(id, digest(reference), sizeBytes, layers, created, source, vendor);
    }

    /**
     * True where the reference names this image. The engine also takes a name for the beginning of an id: {@code cafe}, where
     * nothing has that name, is to it any image whose id begins so.
     */
    boolean named(String reference) {
        if (reference.contains("@")) {
            return digests.contains(ImageName.familiar(reference) + reference.substring(reference.indexOf('@')));
        }
        return ImageName.id(reference, id) || tags.contains(ImageName.tagged(reference));
    }

    /** What names this image for sure, for as long as it is here; {@code docker ps} shows the tag where it has a digest. */
    public String exactly(String reference) {
        return digest(reference)
                .map(digest -> ImageName.readable(reference, digest))
                .orElse(id);
    }

    /** The tag that people know it by. Empty: the reference means another image now, or names this one exactly anyway. */
    public Optional<String> tag(String reference) {
        return Optional.of(reference)
                .filter(name -> !ImageName.fixed(name) && digest(name).isEmpty())
                .filter(name -> tags.contains(ImageName.tagged(name)));
    }

    private Optional<String> digest(String reference) {
        var repository = ImageName.familiar(reference);
        return digests.stream()
                .filter(digest -> ImageName.familiar(digest).equals(repository))
                .map(digest -> digest.substring(digest.indexOf('@') + 1))
                .findFirst();
    }

    /** As the engine mounts them: {@code VOLUME /data/} at {@code /data}. */
    private static Set<String> volumes(ContainerConfig config) {
        return config == null || config.getVolumes() == null
                ? Set.of()
                : config.getVolumes().keySet().stream().map(PathText::normal).collect(Collectors.toUnmodifiableSet());
    }

    private static int layers(InspectImageResponse image) {
        var system = image.getRootFS();
        return system == null || system.getLayers() == null
                ? 0
                : system.getLayers().size();
    }

    private static String stopSignal(ContainerConfig config) {
        // docker-java's type has no field for it
        var signal = config == null ? null : config.getRawValues().get("StopSignal");
        return signal instanceof String name && !name.isEmpty() ? name : "SIGTERM";
    }
}
