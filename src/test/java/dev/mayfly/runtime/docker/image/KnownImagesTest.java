package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.HealthCheck;
import dev.mayfly.runtime.docker.image.LocalImage.Config;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnownImagesTest {
    private static final String LONG = "x".repeat(1 << 20);

    private final KnownImages known = new KnownImages(
            () -> {
                throw new IllegalStateException("no engine");
            },
            InstantSource.system());

    static List<Config> large() {
        return List.of(
                new Config(LONG, "", Set.of(), Optional.empty(), InheritedLabels.NONE),
                new Config("", LONG, Set.of(), Optional.empty(), InheritedLabels.NONE),
                new Config("", "", Set.of(LONG), Optional.empty(), InheritedLabels.NONE),
                new Config(
                        "",
                        "",
                        Set.of(),
                        Optional.of(new HealthCheck().withTest(List.of("CMD", LONG))),
                        InheritedLabels.NONE),
                new Config("", "", Set.of(), Optional.empty(), new InheritedLabels(Set.of(LONG), 1)));
    }

    /** An image's builder chooses how large its kept part is. */
    @ParameterizedTest
    @MethodSource("large")
    void ofLargeImagesFewAreKept(Config config) {
        IntStream.range(0, 100).forEach(i -> known.note("a:" + i, image(i).withConfig(config)));

        assertThat(IntStream.range(0, 100)
                        .filter(i -> known.seen("a:" + i).isPresent())
                        .count())
                .isBetween(1L, 8L);
    }

    private static LocalImage image(int number) {
        return LocalImageTest.image("sha256:" + number, List.of(), List.of("a:" + number));
    }
}
