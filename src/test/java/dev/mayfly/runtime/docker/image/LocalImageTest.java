package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.docker.image.LocalImage.Config;
import dev.mayfly.runtime.docker.image.LocalImage.Provenance;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalImageTest {
    private static final String HEX = "cafe456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private final LocalImage image = image(
            "sha256:" + HEX,
            List.of("busybox@sha256:0", "r.example:5000/x@sha256:1"),
            List.of("busybox:1", "r.example:5000/x:latest"));

    /** Of which nothing is known but its names. */
    static LocalImage image(String id, List<String> digests, List<String> tags) {
        return new LocalImage(id, digests, tags, 1, 1, Config.NONE, Provenance.NONE, Instant.EPOCH);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "busybox:1,                              true",
        "docker.io/library/busybox:1,            true",
        "busybox,                                false",
        "r.example:5000/x,                       true",
        "busybox@sha256:0,                       true",
        "busybox:2@sha256:0,                     true",
        "busybox@sha256:1,                       false",
        "sha256:" + HEX + ",                     true",
        HEX + ",                                 true",
        "cafe456789ab,                           true",
        "cafe456789ac,                           false",
        "cafe,                                   false",
        "cafe4567,                               false"
    })
    void theBeginningOfAnIdIsNoNameOfIt(String reference, boolean named) {
        assertThat(image.named(reference)).isEqualTo(named);
    }
}
