package dev.mayfly.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cli.Sizes;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class ManifestNamesTest {

    @Test
    void invalidCharactersAreReplaced() {
        assertThat(ManifestNames.label("/My_app.1/", 50)).isEqualTo("my-app-1");
        assertThat(ManifestNames.label("abc-def", 4)).isEqualTo("abc");
        assertThat(ManifestNames.label("///", 50)).isEqualTo("x");
    }

    @Test
    void equalNamesAreNumbered() {
        var taken = new HashSet<String>();

        assertThat(ManifestNames.unique("abcd", 4, taken)).isEqualTo("abcd");
        assertThat(ManifestNames.unique("abcd", 4, taken)).isEqualTo("ab-2");
    }

    @Test
    void sizesAreReadableForUsersAndExactForKubernetes() {
        assertThat(Sizes.of(1023)).isEqualTo("1023 B");
        assertThat(Sizes.of(1536)).isEqualTo("1.5 KiB");
        assertThat(Sizes.of(2 << 20)).isEqualTo("2 MiB");
        assertThat(Sizes.quantity(64 << 20)).isEqualTo("64Mi");
        assertThat(Sizes.quantity(1000)).isEqualTo("1000");
    }

    @Test
    void aReferenceIsEscapedBecauseItIsPlainTextInAContainer() {
        assertThat(ManifestYaml.escaped("$(A) $B")).isEqualTo("$$(A) $B");
    }
}
