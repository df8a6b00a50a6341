package dev.mayfly.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Samples;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeclaredVolumesTest {
    private static final String LONG = "b".repeat(4000);

    @Test
    void aRefusalNamesTenVolumesAndStaysShort() {
        var uncovered = IntStream.range(0, DeclaredVolumes.MOST)
                .mapToObj("/data/%03d"::formatted)
                .toList();

        assertThat(refusal(uncovered).message())
                .contains("VOLUME /data/000, ", ", /data/009 and 90 more, where", "mountPath: /data/009")
                .doesNotContain("/data/010");
        assertThat(refusal(List.of("/a" + LONG, "/b" + LONG)).message()).hasSize(Failure.LONGEST);
    }

    @Test
    void ofAnImageWithMoreThanAHundredVolumesNoReplicaIsStarted() {
        var template = Samples.template("busybox:1.36");
        var many = IntStream.rangeClosed(0, DeclaredVolumes.MOST)
                .mapToObj("/data/%03d"::formatted)
                .toList();

        assertThat(DeclaredVolumes.tooMany(template, many))
                .hasValueSatisfying(failure -> assertThat(failure.message())
                        .isEqualTo("Image busybox:1.36 declares more than 100 VOLUMEs, or longer paths than Linux has."
                                + " Build it with fewer."));
        assertThat(DeclaredVolumes.tooMany(template, List.of("/a" + LONG + LONG)))
                .isPresent();
        assertThat(DeclaredVolumes.tooMany(template, many.subList(1, many.size())))
                .isEmpty();
    }

    private static Failure refusal(List<String> uncovered) {
        return DeclaredVolumes.refusal(Samples.id(0, 1).owner(), Samples.template("busybox:1.36"), uncovered)
                .orElseThrow();
    }
}
