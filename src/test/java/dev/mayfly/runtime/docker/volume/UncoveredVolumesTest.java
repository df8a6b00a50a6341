package dev.mayfly.runtime.docker.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.audit.DeclaredVolumes;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.docker.volume.UncoveredVolumes.LaunchRefused;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UncoveredVolumesTest {

    /** Each would cost a request for what the image has there, and a mount. */
    @Test
    void memoryIsMappedOverAHundredVolumesAtMost() {
        var paths = IntStream.rangeClosed(0, DeclaredVolumes.MOST)
                .mapToObj("/data/%03d"::formatted)
                .toList();
        var template = Samples.template("busybox:1.36")
                .withEphemerality(new Ephemerality(Mode.Enforce, List.of(), true, true));
        var launch = new Launch(Samples.id(0, 1), "v1", template, 0, 0, Samples.NOON, Priority.MAKE);

        assertThat(UncoveredVolumes.covered(launch, paths.subList(1, paths.size())))
                .hasSize(DeclaredVolumes.MOST);
        assertThatThrownBy(() -> UncoveredVolumes.covered(launch, paths))
                .isInstanceOf(LaunchRefused.class)
                .hasMessageContaining("more than 100 VOLUMEs");
    }
}
