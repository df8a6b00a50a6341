package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.runtime.ImageStore.Removed;
import dev.mayfly.runtime.ImageStore.Stays;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.image.EngineImages.ImageUses;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that can't describe one image of several, because of what its builder wrote. */
class UndescribedImageTest {
    private static final String CONFIG = "{\"Id\":\"sha256:a\",\"RepoTags\":[\"a:1\"],\"Size\":7,"
            + "\"RootFS\":{\"Layers\":[\"sha256:l\"]},\"Config\":{\"User\":\"7\",%s}}";
    private static final String TOO_LARGE = "{\"Id\":\"sha256:a\",\"Size\":99999999999999999999}";

    private final AnsweringEngine answers = new AnsweringEngine();
    private final Engine engine = new EngineConnector(Settings.of("c0ffee000000", answers.address())).connect();
    private final KnownImages known = new KnownImages(() -> engine, InstantSource.system());
    private final EngineImages images = new EngineImages(() -> engine, Optional.empty(), new ImageUses());

    @AfterEach
    void close() throws IOException {
        engine.close();
        answers.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ExposedPorts\":{\"80/foo\":{}}",
                "\"ExposedPorts\":{\"8000-8010/tcp\":{}}",
                "\"ExposedPorts\":{\"\":{}}",
                "\"Healthcheck\":{\"Retries\":99999999999}"
            })
    void portsAndRetriesThatNobodyReadsAreNoReasonNotToRunIt(String part) {
        answers.answer("/images/a:1/json", CONFIG.formatted(part));

        assertThat(known.inspect("a:1").orElseThrow().config().user()).isEqualTo("7");
    }

    @Test
    void oneThatCannotBeReadIsUnavailableWithAReason() {
        answers.answer("/images/a:1/json", TOO_LARGE);

        assertThatThrownBy(() -> known.inspect("a:1"))
                .isInstanceOf(ImageUnavailable.class)
                .hasMessageContaining("its description can't be read at Size")
                .hasMessageNotContaining("99999999999999999999");
    }

    @Test
    void oneThatMeansNothingIsUnavailableToo() {
        answers.answer("/images/a:1/json", "null");

        assertThatThrownBy(() -> known.inspect("a:1")).isInstanceOf(ImageUnavailable.class);
    }

    @Test
    void theOthersAreListedAndItCanBeRemoved() {
        list();
        answers.answer("/images/sha256:a/json", TOO_LARGE);
        answers.answer("/images/docker.io/library/a:1/json", TOO_LARGE);

        assertThat(images.images())
                .extracting(StoredImage::name)
                .containsExactly("docker.io/library/a:1", "docker.io/library/b:1");
        assertThat(images.images().getFirst().layers()).isEmpty();
        assertThat(images.images().getLast().layers()).hasSize(1);
        assertThat(images.remove(images.images().getFirst(), List.of("docker.io/library/a:1")))
                .isEqualTo(new Removed(0, 0, 0)); // this engine removes nothing
    }

    /** Its builder gave it more labels than the operator's memory holds. */
    @Test
    void oneThatIsTooLargeIsUnavailableAndTheOthersAreListed() throws IOException {
        var labels = "\"Labels\":{\"\":\"\"" + ",\"\":\"\"".repeat(200_000) + "}";
        list();
        answers.answer(
                "/images/json",
                "[{\"Id\":\"sha256:a\",\"RepoTags\":[\"a:1\"],\"Created\":0,\"Size\":7,\"ParentId\":\"\"," + labels
                        + "},"
                        + "{\"Id\":\"sha256:b\",\"RepoTags\":[\"b:1\"],\"Created\":0,\"Size\":7,\"ParentId\":\"\"}]");
        answers.answer("/images/a:1/json", CONFIG.formatted(labels));
        answers.answer("/images/sha256:a/json", CONFIG.formatted(labels));

        assertThatThrownBy(() -> known.inspect("a:1"))
                .isInstanceOf(ImageUnavailable.class)
                .hasMessageContaining("larger than 4 MiB or has more than 100,000 names and values");
        assertThat(engine.imageIds()).containsExactlyInAnyOrder("sha256:a", "sha256:b");
        assertThat(images.images()).extracting(image -> image.layers().size()).containsExactly(0, 1);
    }

    /** As containerd's image store answers for an imported one. */
    @Test
    void oneWithoutAHistoryIsListedWithItsLayers() {
        list();
        answers.answer("/images/sha256:a/json", CONFIG.formatted("\"Labels\":{}"));
        answers.answer("/images/sha256:a/history", "null");

        assertThat(images.images().getFirst().layers()).hasSize(1);
    }

    @Test
    void aRefusalToDescribeItKeepsItAndNoOther() {
        list();
        answers.refuse("/images/sha256:a/json", "no such layer");
        answers.refuse("/images/docker.io/library/a:1/json", "no such layer");

        assertThat(images.images()).hasSize(2);
        var image = images.images().getFirst();
        assertThatThrownBy(() -> images.remove(image, List.of("docker.io/library/a:1")))
                .isInstanceOf(Stays.class)
                .hasMessageContaining("no such layer");
    }

    private void list() {
        answers.answer(
                "/images/json",
                "[{\"Id\":\"sha256:a\",\"RepoTags\":[\"a:1\"],\"Created\":0,\"Size\":7,\"ParentId\":\"\"},"
                        + "{\"Id\":\"sha256:b\",\"RepoTags\":[\"b:1\"],\"Created\":0,\"Size\":7,\"ParentId\":\"\"}]");
        answers.answer(
                "/images/sha256:b/json", CONFIG.formatted("\"Labels\":{}").replace(":a\"", ":b\""));
        answers.answer("/images/sha256:b/history", "[]");
    }
}
