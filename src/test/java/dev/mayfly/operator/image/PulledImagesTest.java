package dev.mayfly.operator.image;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PulledImagesTest {
    private final PulledImages images = new PulledImages();

    @Test
    void aPullIsAChangeUntilItIsWritten() {
        assertThat(images.changed()).isFalse();

        images.pulled(pulled("a", 0));
        assertThat(images.changed()).isTrue();
        assertThat(images.taken()).containsExactly(pulled("a", 0));
        assertThat(images.changed()).isFalse();

        images.again();
        assertThat(images.changed()).isTrue();
    }

    @Test
    void storedImagesAreNoChangeAndMergeWithPulledOnes() {
        images.pulled(new PulledImage("a", Set.of("app:2"), NOON, NOON, Set.of("anybody")));
        images.taken();

        images.read(List.of(
                new PulledImage("a", Set.of("app:1"), NOON.minusSeconds(9), NOON.plusSeconds(9), Set.of("key")),
                pulled("b", 0)));

        assertThat(images.changed()).isFalse();
        assertThat(images.all())
                .hasSize(2)
                .containsEntry(
                        "a",
                        new PulledImage(
                                "a", Set.of("app:1", "app:2"), NOON, NOON.plusSeconds(9), Set.of("anybody", "key")));
    }

    @Test
    void aUseIsWrittenEveryFiveMinutesAndWhenItEnds() {
        images.pulled(pulled("a", 0));
        images.taken();

        images.seen(List.of(stored("a", "web-0")), NOON.plusSeconds(300), Map.of());
        assertThat(images.all().get("a").usedAt()).isEqualTo(NOON.plusSeconds(300));
        assertThat(images.changed()).as("after 300 s").isFalse();

        images.seen(List.of(stored("a", "web-0")), NOON.plusSeconds(301), Map.of());
        assertThat(images.changed()).as("after 301 s").isTrue();
        images.taken();

        images.seen(List.of(stored("a", "web-0")), NOON.plusSeconds(310), Map.of());
        images.seen(List.of(stored("a")), NOON.plusSeconds(320), Map.of());
        assertThat(images.all().get("a").usedAt()).isEqualTo(NOON.plusSeconds(310));
        assertThat(images.changed()).as("it is no longer used").isTrue();
        images.taken();

        images.seen(List.of(stored("a")), NOON.plusSeconds(9999), Map.of());
        assertThat(images.changed()).as("still unused").isFalse();
    }

    @Test
    void aUseBetweenTwoListsCountsFromItsEnd() {
        images.pulled(pulled("a", 0));
        images.taken();

        images.seen(List.of(stored("a")), NOON.plusSeconds(300), Map.of("a", NOON.plusSeconds(290)));

        assertThat(images.all().get("a").usedAt()).isEqualTo(NOON.plusSeconds(290));
        assertThat(images.changed()).isTrue();
    }

    @Test
    void aTagThatMovedIsRemovedFromTheOldImage() {
        images.pulled(new PulledImage("a", Set.of("app:1", "app:latest"), NOON, NOON, Set.of()));

        images.pulled(new PulledImage("b", Set.of("docker.io/library/app:latest"), NOON, NOON, Set.of()));

        assertThat(images.all().get("a").references()).containsExactly("app:1");
    }

    @Test
    void vanishedImagesAreForgottenUnlessPulledAfterTheList() {
        images.pulled(pulled("a", 0));
        images.pulled(pulled("b", 10));
        images.taken();

        assertThat(images.seen(List.of(), NOON.plusSeconds(10), Map.of())).containsExactly("a");
        assertThat(images.all()).containsOnlyKeys("b");
        assertThat(images.changed()).isTrue();
    }

    @Test
    void theLeastRecentlyUsedImagesAboveTheLimitAreForgotten() {
        IntStream.rangeClosed(0, PulledImages.MOST).forEach(i -> images.pulled(pulled("image-" + i, i)));

        assertThat(images.all()).hasSize(PulledImages.MOST).doesNotContainKey("image-0");
        assertThat(images.taken().getFirst().id()).isEqualTo("image-" + PulledImages.MOST);
    }

    private static PulledImage pulled(String id, int afterNoon) {
        var then = NOON.plusSeconds(afterNoon);
        return new PulledImage(id, Set.of("app:" + id), then, then, Set.of());
    }

    private static StoredImage stored(String id, String... containers) {
        return new StoredImage(
                id, List.of(), List.of(), 0, 0, List.of(), Optional.empty(), Set.of(containers), Set.of());
    }
}
