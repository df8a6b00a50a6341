package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.HealthCheck;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.Images.ImageFacts;
import dev.mayfly.runtime.docker.container.ContainerPath;
import dev.mayfly.runtime.docker.container.HealthReader;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
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
 * @param layers number of layers
 * @param config how its containers run, unless a template overrides it
 * @param provenance where it comes from, as it states itself
 * @param seen time of the last inspection
 */
@RecordBuilder
public record LocalImage(
        String id,
        List<String> digests,
        List<String> tags,
        long sizeBytes,
        int layers,
        Config config,
        Provenance provenance,
        Instant seen)
        implements LocalImageBuilder.With {
    /** Memory of an image besides its texts, and of a text besides its characters. */
    private static final int OVERHEAD = 1 << 10;

    private static final int OVERHEAD_OF_TEXT = 64;

    /**
     * The image's configuration of its containers.
     *
     * @param user empty for root
     * @param stopSignal signal that ends PID 1 gracefully
     * @param volumes paths declared as VOLUME, as the engine mounts them
     * @param healthCheck the image's HEALTHCHECK; empty if it has none
     * @param labels its LABELs
     */
    public record Config(
            String user,
            String stopSignal,
            Set<String> volumes,
            Optional<HealthCheck> healthCheck,
            InheritedLabels labels) {
        public static final Config NONE = new Config("", "SIGTERM", Set.of(), Optional.empty(), InheritedLabels.NONE);

        private static Config of(ContainerConfig config) {
            return config == null
                    ? NONE
                    : new Config(
                            Objects.requireNonNullElse(config.getUser(), NONE.user()),
                            stopSignal(config),
                            paths(config),
                            Optional.ofNullable(config.getHealthcheck()).filter(HealthReader::asks),
                            config.getLabels() == null ? InheritedLabels.NONE : InheritedLabels.of(config.getLabels()));
        }

        /** docker-java's type lacks this field. */
        private static String stopSignal(ContainerConfig config) {
            return config.getRawValues().get("StopSignal") instanceof String name && !name.isEmpty()
                    ? name
                    : NONE.stopSignal();
        }

        /** Paths as the engine mounts them: {@code VOLUME /data/} at {@code /data}. */
        private static Set<String> paths(ContainerConfig config) {
            return config.getVolumes() == null
                    ? Set.of()
                    : config.getVolumes().keySet().stream()
                            .map(ContainerPath::normal)
                            .collect(Collectors.toUnmodifiableSet());
        }
    }

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
                Objects.requireNonNullElse(image.getSize(), 0L),
                layers(image),
                Config.of(config),
                Provenance.of(image.getCreated(), labels),
                seen);
    }

    /** About how much memory it takes, in characters. */
    int weight() {
        var texts = Stream.of(
                        digests,
                        tags,
                        config.volumes(),
                        config.labels().withheld(),
                        config.healthCheck().map(HealthCheck::getTest).orElse(List.of()))
                .flatMap(Collection::stream)
                .filter(Objects::nonNull)
                .mapToInt(text -> text.length() + OVERHEAD_OF_TEXT);
        return OVERHEAD + config.user().length() + config.stopSignal().length() + texts.sum();
    }

    /** The image marked as not inspected recently. */
    LocalImage stale() {
        return withSeen(Instant.EPOCH);
    }

    /**
     * @param reference names the repository whose digest counts: an image that was only tagged here has no digest in it
     */
    ImageFacts facts(String reference) {
        return new ImageFacts(
                id,
                digest(reference),
                sizeBytes,
                layers,
                provenance.created(),
                provenance.source(),
                provenance.vendor());
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

    private static int layers(InspectImageResponse image) {
        var system = image.getRootFS();
        return system == null || system.getLayers() == null
                ? 0
                : system.getLayers().size();
    }

    /**
     * Provenance of an image from its labels with the names of the OCI image specification's annotations. Builders
     * write them as labels because the engine keeps no annotations.
     *
     * @param created build time; empty if the image states none or states 1970
     * @param source location of the source code; empty if the image states none
     * @param vendor publisher; empty if the image states none
     */
    public record Provenance(Optional<Instant> created, String source, String vendor) {
        static final Provenance NONE = new Provenance(Optional.empty(), "", "");

        private static final String NAMES = "org.opencontainers.image.";
        /** Limits untrusted text in every workload's status. */
        private static final int MOST_BYTES = 256;
        /** Reproducible builds set the start of Unix time, some of them a little later. */
        private static final int NO_YEAR = 1970;

        /**
         * The label for the build time is read second, because an image inherits it from its base image.
         *
         * @param made build time in the image's configuration, in RFC 3339; null if there is none
         */
        static Provenance of(String made, Map<String, String> labels) {
            return new Provenance(
                    instant(made).or(() -> instant(labels.get(NAMES + "created"))),
                    bounded(labels.getOrDefault(NAMES + "source", "")),
                    bounded(labels.getOrDefault(NAMES + "vendor", "")));
        }

        private static Optional<Instant> instant(String text) {
            try {
                return Optional.ofNullable(text)
                        .filter(given -> !given.isEmpty())
                        .map(given -> OffsetDateTime.parse(given).toInstant())
                        .filter(instant -> instant.atOffset(ZoneOffset.UTC).getYear() > NO_YEAR);
            } catch (DateTimeException noTime) {
                return Optional.empty();
            }
        }

        /** Removes harmful characters, and limits the length. */
        private static String bounded(String text) {
            var line = text.codePoints()
                    .filter(c -> !Text.isHarmful(c))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString()
                    .strip();
            return Text.atMostBytes(line, MOST_BYTES);
        }
    }
}
