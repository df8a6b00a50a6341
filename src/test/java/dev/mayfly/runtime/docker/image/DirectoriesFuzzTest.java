package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.imagearchive.LayerFuzzTest;
import dev.mayfly.testing.ForeignInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Tars of an image's directories, with names that its builder chose. */
class DirectoriesFuzzTest {

    @Property
    void everyTarIsReadOrRefused(@ForAll("tars") byte[] tar) throws Exception {
        ForeignInput.assertSoon(() -> {
            try {
                assertThat(ImageProbes.directories(new ByteArrayInputStream(tar), "/var/tmp")
                                .all())
                        .allSatisfy((path, directory) ->
                                assertThat(directory.mode()).isBetween(0, 07777));
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        });
    }

    @Provide
    static Arbitrary<byte[]> tars() {
        return LayerFuzzTest.layers();
    }
}
