package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an image was made, as far as it says so. */
class ImageContentTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "2024-05-06T07:08:09.123456789Z, 2024-05-06T07:08:09.123456789Z",
                "2024-05-06T07:08:09+02:00,      2024-05-06T05:08:09Z",
                "1970-01-01T00:00:00Z,           none",
                "1970-01-01T00:00:01Z,           none",
                "0001-01-01T00:00:00Z,           none",
                "'',                             none",
                "none,                           none",
                "yesterday,                      none",
            })
    void created(String text, Instant date) {
        assertThat(ImageContent.created(text)).isEqualTo(Optional.ofNullable(date));
    }
}
