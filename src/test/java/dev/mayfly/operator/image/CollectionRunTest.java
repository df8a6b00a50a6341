package dev.mayfly.operator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.policy.Retention.ImageRemoval;
import dev.mayfly.operator.image.CollectionRun.CollectionResult;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.RuntimeUnavailable;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CollectionRunTest {
    private RuntimeException trouble = new ImageStore.Stays("Image r/app:2 could not be removed and stays");
    private final CollectionRun collecting =
            new CollectionRun(store(), image -> image.name().equals("r/app:needed"));

    @Test
    void anImageThatIsKeptDoesNotBlockTheOthers() {
        collecting.remove(going("r/app:1", "r/app:2", "r/app:needed", "r/app:3"));

        assertThat(names(collecting.all())).containsExactly("r/app:1", "r/app:3");
        assertThat(names(collecting.of("tidy"))).containsExactly("r/app:1", "r/app:3");
        assertThat(names(collecting.of("other"))).isEmpty();
    }

    @Test
    void removedImagesAreReportedEvenIfTheEngineStopsAnswering() {
        trouble = new RuntimeUnavailable("The engine did not say", null);

        assertThatThrownBy(() -> collecting.remove(going("r/app:1", "r/app:2", "r/app:3")))
                .isSameAs(trouble);

        assertThat(names(collecting.all())).containsExactly("r/app:1");
    }

    private static Stream<String> names(CollectionResult reclaimed) {
        return reclaimed.images().stream().map(StoredImage::name);
    }

    private static List<ImageRemoval> going(String... names) {
        return Stream.of(names)
                .map(name -> new StoredImage(
                        "sha256:" + name,
                        List.of(name),
                        List.of(),
                        0,
                        0,
                        List.of(),
                        Optional.empty(),
                        Set.of(),
                        Set.of()))
                .map(image -> new ImageRemoval(image, List.of("tidy")))
                .toList();
    }

    /** Removes all images but the second. */
    private ImageStore store() {
        return (ImageStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ImageStore.class}, (proxy, method, arguments) -> {
                    if (((StoredImage) arguments[0]).name().equals("r/app:2")) {
                        throw trouble;
                    }
                    return new ImageStore.Removed(1, 1, 9);
                });
    }
}
