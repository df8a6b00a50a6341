package dev.mayfly.operator.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.operator.cluster.RecommendedLabels;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Converts the pulled images to a ConfigMap and back, also for readers without an operator. Pure. */
public final class PulledImagesMap {
    /** In bytes; the API server accepts 1 MiB. */
    static final int LARGEST = 512 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENTRY = "images";
    private static final String BEGUN = "pulling";
    private static final String ENGINE = Ownership.PREFIX + "engine";

    private PulledImagesMap() {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Entry(String id, List<String> references, String pulledAt, String usedAt, List<String> access) {

        static Entry of(PulledImage image) {
            return new Entry(
                    image.id(),
                    sorted(image.references()),
                    image.pulledAt().toString(),
                    image.usedAt().toString(),
                    List.copyOf(image.access()));
        }

        private static List<String> sorted(Set<String> words) {
            return words.stream().sorted().toList();
        }

        PulledImage image() {
            return new PulledImage(
                    id,
                    Set.copyOf(references),
                    Instant.parse(pulledAt),
                    Instant.parse(usedAt),
                    new LinkedHashSet<>(access));
        }
    }

    /**
     * One image per line, as many as fit.
     *
     * @param engine ID of the engine that has the images
     * @param images the most recently used first
     * @param begun pulls that are not known to have finished
     */
    static ConfigMap of(
            String namespace,
            String name,
            String cluster,
            String engine,
            List<PulledImage> images,
            List<StartedPull> begun) {
        var text = new StringBuilder();
        for (var image : images) {
            var line = line(Entry.of(image));
            if (text.length() + line.length() > LARGEST) {
                break;
            }
            text.append(line);
        }
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(RecommendedLabels.OF_THE_OPERATOR)
                .addToLabels(Ownership.CLUSTER, cluster)
                .withAnnotations(Map.of(ENGINE, engine))
                .endMetadata()
                .withData(Map.of(
                        ENTRY,
                        text.toString(),
                        BEGUN,
                        begun.stream().map(PulledImagesMap::line).collect(Collectors.joining())))
                .build();
    }

    private static String line(Record entry) {
        try {
            return JSON.writeValueAsString(entry) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The readable images; empty if the ConfigMap is about another engine, whose images a user may have pulled.
     *
     * @param onUnreadable called with the error of each unreadable line: one written by another version of the operator, or
     * edited by hand
     */
    public static List<PulledImage> read(ConfigMap stored, String engine, Consumer<String> onUnreadable) {
        return lines(
                stored, engine, ENTRY, line -> JSON.readValue(line, Entry.class).image(), onUnreadable);
    }

    /** Pulls that started and whose end was not recorded; empty if the ConfigMap is about another engine. */
    static List<StartedPull> begun(ConfigMap stored, String engine, Consumer<String> onUnreadable) {
        return lines(stored, engine, BEGUN, line -> JSON.readValue(line, StartedPull.class), onUnreadable);
    }

    private interface Line<T> {
        T read(String line) throws JsonProcessingException;
    }

    private static <T> List<T> lines(
            ConfigMap stored, String engine, String entry, Line<T> meaning, Consumer<String> onUnreadable) {
        var annotations = stored.getMetadata().getAnnotations();
        if (stored.getData() == null || annotations == null || !engine.equals(annotations.get(ENGINE))) {
            return List.of();
        }
        var all = new ArrayList<T>();
        for (var line : stored.getData().getOrDefault(entry, "").lines().toList()) {
            try {
                all.add(meaning.read(line));
            } catch (JsonProcessingException | RuntimeException unreadable) {
                onUnreadable.accept(unreadable.getMessage());
            }
        }
        return all;
    }
}
