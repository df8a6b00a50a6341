package dev.mayfly.runtime.docker.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFramesTest {
    private static final byte[] OUTPUT =
            concat(frame(1, "one"), frame(2, "two"), frame(1, ""), frame(3, "!"), frame(0, "in"));

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    @ParameterizedTest(name = "in parts of {0} bytes")
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 11, 1000})
    void framesGoToTheirStreamsHoweverTheyArrive(int part) throws IOException {
        OutputFrames.copy(inParts(OUTPUT, part), false, stdout, stderr, () -> false);

        assertThat(stdout.toString(UTF_8)).isEqualTo("onein");
        assertThat(stderr.toString(UTF_8)).isEqualTo("two!");
    }

    @Test
    void aTerminalHasNoFrames() throws IOException {
        OutputFrames.copy(new ByteArrayInputStream(OUTPUT), true, stdout, stderr, () -> false);

        assertThat(stdout.toByteArray()).isEqualTo(OUTPUT);
        assertThat(stderr.size()).isZero();
    }

    @Test
    void aFrameIsPassedOnAsItArrivesAndItsEndIsMissed() {
        var huge = concat(new byte[] {1, 0, 0, 0, -1, -1, -1, -1}, "begun".getBytes(UTF_8));

        assertThatThrownBy(() -> OutputFrames.copy(new ByteArrayInputStream(huge), false, stdout, stderr, () -> false))
                .isInstanceOf(EOFException.class);
        assertThat(stdout.toString(UTF_8)).isEqualTo("begun");
    }

    @Test
    void anEndWithinAHeadIsMissedToo() {
        assertThatThrownBy(() -> OutputFrames.copy(
                        new ByteArrayInputStream(new byte[] {1, 0, 0}), false, stdout, stderr, () -> false))
                .isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(bytes = {4, 72, -1})
    void aFrameOfAnotherKindIsAnError(byte kind) {
        var frame = new byte[] {kind, 0, 0, 0, 0, 0, 0, 1, 'x'};

        assertThatThrownBy(() -> OutputFrames.copy(new ByteArrayInputStream(frame), false, stdout, stderr, () -> false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unknown kind");
    }

    private static byte[] frame(int kind, String text) {
        var bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocate(8 + bytes.length)
                .put((byte) kind)
                .put(new byte[3])
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static InputStream inParts(byte[] bytes, int part) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(part, length));
            }
        };
    }
}
