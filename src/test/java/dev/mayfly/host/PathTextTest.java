package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.host.FoundWrites.PathText;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PathTextTest {

    @Test
    void bytesThatAreNotTextAreEscaped() {
        var path = new byte[] {'/', 'a', (byte) 0xff, '\n', (byte) 0xc3, (byte) 0xa4, (byte) 0xc3};

        assertThat(PathText.of(path)).isEqualTo("/a\\xff\\x0aä\\xc3");
    }

    @Test
    void directionMarksThatCouldHideAFileExtensionAreEscaped() {
        assertThat(PathText.of("/a\u202Etxt.exe".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("/a\\xe2\\x80\\xaetxt.exe");
    }
}
