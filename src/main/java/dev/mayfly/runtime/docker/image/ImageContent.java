package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.mayfly.core.audit.DeclaredVolumes;
import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Text;
import dev.mayfly.imagearchive.ImageArchive;
import dev.mayfly.imagearchive.ImagePath;
import dev.mayfly.imagearchive.ImageSecrets;
import dev.mayfly.runtime.ImageName;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Translates the engine's description of an image into the facts that policies check. */
final class ImageContent {
    /** Same limit as the list in {@link AuditedImage}. */
    private static final int MOST = 20;
    /** In bytes: as many as the longest value that a policy can require takes at most. */
    private static final int LONGEST_LABEL = 1 << 10;

    private static final int MOST_LABELS = 256;
    /** Of a name or number. Linux' own are shorter. */
    private static final int LONGEST_USER = 256;
    /** Reproducible builds set the start of Unix time, some a few seconds or hours off. */
    private static final Instant DATED = Instant.parse("1971-01-01T00:00:00Z");

    private ImageContent() {}

    /**
     * @param history command of each build step, first step first
     * @param saved the image's archive
     */
    static AuditedImage of(String id, InspectImageResponse image, List<String> history, InputStream saved)
            throws IOException {
        var config = Objects.requireNonNullElseGet(image.getConfig(), ContainerConfig::new);
        var layers = image.getRootFS() == null ? null : image.getRootFS().getLayers();
        return new AuditedImage(
                id,
                List.of(),
                List.of(),
                Objects.requireNonNullElse(image.getSize(), 0L),
                created(image.getCreated()),
                Text.atMost(Objects.requireNonNullElse(config.getUser(), ""), LONGEST_USER),
                labels(config.getLabels()),
                config.getVolumes() == null
                        ? Set.of()
                        : volumes(config.getVolumes().keySet()),
                cut(ImageArchive.setuid(saved, Objects.requireNonNullElse(layers, List.of()))),
                cut(ImageSecrets.places(config.getEnv() == null ? List.of() : List.of(config.getEnv()), history)),
                Map.of());
    }

    /** @param given null: none. A long value describes the image's build and meets no policy; it is not kept in memory */
    private static Map<String, String> labels(Map<String, String> given) {
        return given == null
                ? Map.of()
                : given.entrySet().stream()
                        .filter(label -> !Text.exceeds(label.getKey(), LONGEST_LABEL)
                                && !Text.exceeds(label.getValue(), LONGEST_LABEL))
                        .sorted(Map.Entry.comparingByKey())
                        .limit(MOST_LABELS)
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The image with its current names, in full and sorted. */
    static AuditedImage named(AuditedImage image, InspectImageResponse now) {
        return image.withTags(full(now.getRepoTags())).withDigests(full(now.getRepoDigests()));
    }

    /** Empty if the text has no date, or one in 1970. */
    static Optional<Instant> created(String text) {
        try {
            return Optional.ofNullable(text)
                    .filter(given -> !given.isEmpty())
                    .map(given -> OffsetDateTime.parse(given).toInstant())
                    .filter(date -> date.isAfter(DATED));
        } catch (DateTimeParseException noDate) {
            return Optional.empty();
        }
    }

    /**
     * Paths as the engine mounts them: {@code VOLUME /data/} at {@code /data}. Of more than an image may declare one more is kept, and
     * of longer ones than Linux has the beginning: no replica of the image is started.
     */
    private static Set<String> volumes(Set<String> declared) {
        return declared.stream()
                .limit(DeclaredVolumes.MOST + 1L)
                .map(path -> ImagePath.normal(Text.atMostBytes(path, DeclaredVolumes.LONGEST_PATH + 1)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<String> cut(Collection<String> all) {
        return all.stream().limit(MOST).toList();
    }

    private static List<String> full(List<String> names) {
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name -> !name.startsWith("<none>"))
                        .map(ImageName::full)
                        .sorted()
                        .toList();
    }
}
