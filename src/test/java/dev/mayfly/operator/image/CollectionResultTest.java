package dev.mayfly.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.operator.image.CollectionRun.CollectionResult;
import dev.mayfly.runtime.ImageStore.Removed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CollectionResultTest {

    @Test
    void theMessageNamesFiveImagesAndCountsTheRest() {
        var all = CollectionResult.NOTHING;
        for (var i = 1; i <= 7; i++) {
            all = all.and(image("r/app:" + i), new Removed(1, 2, 100));
        }

        assertThat(all.message())
                .isEqualTo(
                        "Removed 7 images that Mayfly pulled and no container used (r/app:1, r/app:2, r/app:3, r/app:4,"
                                + " r/app:5 and 2 more): 14 layers, 700 bytes are free again.");
        assertThat(CollectionResult.NOTHING
                        .and(image("r/app:1"), new Removed(1, 1, 9))
                        .message())
                .isEqualTo(
                        "Removed 1 image that Mayfly pulled and no container used (r/app:1): 1 layer, 9 bytes are free"
                                + " again.");
    }

    private static StoredImage image(String name) {
        return new StoredImage(
                "sha256:1", List.of(name), List.of(), 0, 0, List.of(), Optional.empty(), Set.of(), Set.of());
    }
}
