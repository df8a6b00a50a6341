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
 * @param id its content ID, {@code sha256:…}
 * @param digests {@code repository@sha256:…}, one for each repository it was pulled from or pushed to
 * @param tags {@code repository:tag}, as the engine shows them
 * @param user the image's user; empty for root
 * @param stopSignal signal that ends its PID 1 gracefully
 * @param volumes paths declared as VOLUME, as the engine mounts them
 * @param layers number of layers
 * @param created build time; empty if the image states none or states 1970
 * @param source empty if the image states none
 * @param vendor empty if the image states none
 * @param healthCheck true if the image has a HEALTHCHECK
 * @param seen time of the last inspection
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

    /** Full names of the repositories of its tags and digests. */
    Set<String> repositories() {
        return Stream.of(tags, digests)
                .flatMap(List::stream)
                .map(ImageName::fullRepository)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** {@code repository@sha256:…} in the reference's repository; empty if the image is not from there. */
    Optional<String> digestOf(String reference) {
        var repository = ImageName.fullRepository(reference);
        return digests.stream()
                .filter(digest -> ImageName.fullRepository(digest).equals(repository))
                .findFirst();
    }

    /** True if it has no name in another repository, so it was not pulled from elsewhere. */
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

    /** The image marked as not inspected recently. */
    LocalImage stale() {
        return withSeen(Instant.EPOCH);
    }

    /**
     * @param reference names the repository whose digest counts: an image that was only tagged here has no digest in it
     */
    ImageFacts facts(String reference) {
        return new ImageFacts(id, digest(reference), sizeBytes, layers, created, source, vendor);
    }

    /**
     * True if the reference names this image. The engine also accepts a name as the prefix of an ID: if nothing is
     * named {@code cafe}, it stands for any image whose ID begins with it.
     */
    boolean named(String reference) {
        if (reference.contains("@")) {
            return digests.contains(ImageName.familiar(reference) + reference.substring(reference.indexOf('@')));
        }
        return ImageName.id(reference, id) || tags.contains(ImageName.tagged(reference));
    }

    /**
     * A reference that names exactly this image as long as it is here; for an image with a digest, {@code docker ps}
     * shows the tag.
     */
    public String exactly(String reference) {
        return digest(reference)
                .map(digest -> ImageName.readable(reference, digest))
                .orElse(id);
    }

    /** The tag that users know. Empty if the reference names another image now, or names this one exactly anyway. */
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

    /** Paths as the engine mounts them: {@code VOLUME /data/} at {@code /data}. */
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
        // docker-java's type lacks this field
        var signal = config == null ? null : config.getRawValues().get("StopSignal");
        return signal instanceof String name && !name.isEmpty() ? name : "SIGTERM";
    }
}
