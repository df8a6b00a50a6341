package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ImageHistory;
import dev.mayfly.core.image.StoredImage.Layer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLayersTest {

    @ParameterizedTest(name = "{0} layers of {1}: {2}")
    @CsvSource({
        "1, ADD 5,                                  5",
        "2, ADD 5 | ENV 0 | RUN 7 | CMD 0,          5 7",
        "2, ADD 5 | WORKDIR 0 | CMD 0,              5 0",
        "3, ADD 5 | WORKDIR 0 | RUN 7 | LABEL 0,    5 0 7",
        "2, ADD 5 | /bin/sh -c #(nop)  CMD [sh] 0 | /bin/sh -c mkdir /x 0, 5 0",
        "2, ADD 5 | WORKDIR 0 | RUN 0,              5 0",
        "3, ADD 5,                                  5 0 0",
        "0, CMD 0,                                  ''"
    })
    void eachLayerHasTheSizeOfItsStep(int layers, String steps, String sizes) {
        var content = IntStream.range(0, layers).mapToObj(i -> "sha256:" + i).toList();
        var history =
                Arrays.stream(steps.split("\\|")).map(ImageLayersTest::step).toList();

        assertThat(ImageLayers.of(content, history.reversed()))
                .extracting(layer -> Long.toString(layer.bytes()))
                .isEqualTo(sizes.isEmpty() ? List.of() : List.of(sizes.split(" ")));
    }

    /** {@code printf '%s %s' sha256:… sha256:… | sha256sum} of the same empty layer twice. */
    @Test
    void aLayerIsIdentifiedWithAllBelowIt() {
        var content = List.of(
                "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

        assertThat(ImageLayers.of(content, List.of(step("RUN 0"), step("RUN 0"))))
                .extracting(Layer::id)
                .containsExactly(
                        content.getFirst(), "sha256:170b376f64fb30995c140276be3d71dfb256b308d86183ca3b22aa93a79ad548");
    }

    private static ImageHistory step(String step) {
        var text = step.strip();
        var space = text.lastIndexOf(' ');
        return new ImageHistory()
                .withCreatedBy(text.substring(0, space))
                .withSize(Long.parseLong(text.substring(space + 1)));
    }
}
