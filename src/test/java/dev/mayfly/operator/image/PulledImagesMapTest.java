package dev.mayfly.operator.image;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PulledImagesMapTest {
    private static final PulledImage APP = new PulledImage(
            "sha256:1", Set.of("team/app:1", "team/app@sha256:2"), NOON, NOON.plusMillis(1500), Set.of("anybody", "k"));

    private static final StartedPull PULL = new StartedPull("r.example/app:1", "sha256:0", "k");

    private final List<String> spoilt = new ArrayList<>();

    @Test
    void writtenImagesAreReadBack() {
        var map = map(APP);

        assertThat(read(map, "engine")).containsExactly(APP);
        assertThat(map.getMetadata().getLabels())
                .containsEntry("mayfly.dev/cluster", "0123456789ab")
                .containsEntry("app.kubernetes.io/managed-by", "mayfly");
    }

    @Test
    void startedPullsAreReadBack() {
        assertThat(PulledImagesMap.begun(map(APP), "engine", spoilt::add)).containsExactly(PULL);
        assertThat(PulledImagesMap.begun(map(APP), "another", spoilt::add)).isEmpty();
        assertThat(spoilt).isEmpty();
    }

    @Test
    void imagesOfAnotherEngineAreIgnored() {
        assertThat(read(map(APP), "another")).isEmpty();
    }

    @Test
    void anUnreadableLineDoesNotAffectTheOthers() {
        var map = map(APP);
        map.getData().compute("images", (key, text) -> "{\"id\": \"sha256:9\"}\nno JSON\n" + text);

        assertThat(read(map, "engine")).containsExactly(APP);
        assertThat(spoilt).hasSize(2);
    }

    @Test
    void anEmptyConfigMapIsReadAsNoImages() {
        var empty = new ConfigMapBuilder().withNewMetadata().endMetadata().build();

        assertThat(read(empty, "engine")).isEmpty();
    }

    @Test
    void itsSizeStaysBelowTheLimitOfTheApiServer() {
        var names =
                IntStream.range(0, 10).mapToObj(i -> "r".repeat(1000) + ":" + i).collect(Collectors.toSet());
        var many = IntStream.range(0, PulledImages.MOST)
                .mapToObj(i -> new PulledImage("sha256:" + i, names, NOON, NOON, Set.of()))
                .toList();

        var map = PulledImagesMap.of("mayfly-system", "mayfly-images", "0123456789ab", "engine", many, List.of());

        assertThat(map.getData().get("images").length()).isLessThanOrEqualTo(PulledImagesMap.LARGEST);
        assertThat(read(map, "engine")).hasSizeGreaterThan(40).startsWith(many.getFirst(), many.get(1));
    }

    private List<PulledImage> read(ConfigMap map, String engine) {
        return PulledImagesMap.read(map, engine, spoilt::add);
    }

    private static ConfigMap map(PulledImage... images) {
        return PulledImagesMap.of(
                "mayfly-system", "mayfly-images", "0123456789ab", "engine", List.of(images), List.of(PULL));
    }
}
