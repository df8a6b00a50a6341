package dev.mayfly.cli.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.image.StoredImage.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each layer is drawn once, below its parent. */
class LayerTreeTest {
    private static final StoredImage WEB = image("web:1", layer("base", 100), layer("tools", 20), layer("web", 3));
    private static final StoredImage JOB = image("job:1", layer("base", 100), layer("tools", 20), layer("job", 4));
    private static final StoredImage BASE = image("base:1", layer("base", 100));

    @Test
    void sharedLayersAreDrawnOnceWithTheImagesThatShareThem() {
        assertThat(drawn(List.of(WEB, JOB, BASE)))
                .containsExactly(
                        "100 B  step of base  = base:1  shared by 3: base:1, job:1, web:1",
                        "└─ 20 B  step of tools  shared by 2: job:1, web:1",
                        "   ├─ 3 B  step of web  = web:1",
                        "   └─ 4 B  step of job  = job:1");
    }

    @Test
    void imagesThatAreNotShownAreNamedAtSharedLayers() {
        assertThat(drawn(List.of(JOB)))
                .containsExactly(
                        "100 B  step of base  shared by 3: base:1, job:1, web:1",
                        "20 B  step of tools  shared by 2: job:1, web:1",
                        "4 B  step of job  = job:1");
    }

    @Test
    void imagesWithTheSameLayersAreNamedTogether() {
        assertThat(drawn(List.of(BASE, image("twin:1", layer("base", 100)))))
                .containsExactly("100 B  step of base  = base:1, twin:1");
    }

    /** Draws these images; the engine also has the three others. */
    private static List<String> drawn(List<StoredImage> shown) {
        var all = new ArrayList<>(shown);
        List.of(WEB, JOB, BASE).stream().filter(image -> !all.contains(image)).forEach(all::add);
        var engine = shown.stream().anyMatch(image -> image.tags().contains("docker.io/library/twin:1")) ? shown : all;
        var lines = new ArrayList<String>();
        LayerTree.draw(shown, engine, lines::add);
        return lines;
    }

    private static Layer layer(String id, long bytes) {
        return new Layer(id, bytes, "step of " + id);
    }

    private static StoredImage image(String tag, Layer... layers) {
        return new StoredImage(
                "sha256:" + tag.hashCode(),
                List.of("docker.io/library/" + tag),
                List.of(),
                Arrays.stream(layers).mapToLong(Layer::bytes).sum(),
                0,
                List.of(layers),
                Optional.empty(),
                Set.of(),
                Set.of());
    }
}
