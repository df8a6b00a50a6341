package dev.mayfly.cli.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.StoredImage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNamesTest {
    private static final String HEX = "d94e9bbbcccbc4d4772b357ab747f8f7e0407ae6f2b5a795b58d42f8446551f2";
    private static final StoredImage IMAGE = new StoredImage(
            "sha256:" + HEX,
            List.of("docker.io/library/busybox:1.36"),
            List.of("docker.io/library/busybox@sha256:" + HEX),
            1,
            0,
            List.of(),
            Optional.empty(),
            Set.of(),
            Set.of());

    @ParameterizedTest
    @CsvSource({
        "busybox:1.36, true",
        "docker.io/library/busybox:1.36, true",
        "busybox, true", // the repository
        "busybox:1.37, false",
        "busybox@sha256:" + HEX + ", true",
        "d94e, true",
        "sha256:d94e9bbbcccb, true",
        "d94, false", // of an id at least four digits
        "d94f, false",
        "BusyBox, false",
        "'', false",
        "'a b', false",
        "::, false",
        "@, false"
    })
    void anArgumentMatchesAnImageByNameRepositoryOrId(String argument, boolean means) {
        assertThat(ImageNames.means(argument, IMAGE)).isEqualTo(means);
    }
}
