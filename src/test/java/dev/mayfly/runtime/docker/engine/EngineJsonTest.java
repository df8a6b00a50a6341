package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.ImageHistory;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that the builder of an image made large. */
class EngineJsonTest {
    private static final int MIB = 1 << 20;
    private static final TypeReference<List<Image>> IMAGES = new TypeReference<>() {};
    private static final TypeReference<InspectImageResponse> IMAGE = new TypeReference<>() {};

    private final ObjectMapper json = EngineJson.lenient(
                    DefaultDockerClientConfig.createDefaultConfigBuilder().build())
            .getObjectMapper();

    /** Prints a list of one image with that many bytes of labels, and looks at the heap before its end. */
    private static final class Labels extends InputStream {
        private static final byte[] BEGIN = bytes("[{\"Id\":\"sha256:a\",\"Labels\":{\"\":\"\"");
        private static final byte[] END = bytes("},\"RepoTags\":[\"a:1\"],\"Size\":7,\"ParentId\":\"\",\"Created\":1},"
                + "{\"Id\":\"sha256:b\",\"RepoTags\":[],\"Size\":8,\"ParentId\":\"\",\"Created\":1}]");

        private final int most;
        private int made;
        private InputStream part = new ByteArrayInputStream(BEGIN);
        private boolean ended;
        private long held;

        Labels(int most) {
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            var next = part.read();
            while (next < 0 && !ended) {
                next = follow().read();
            }
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            var read = part.read(into, offset, length);
            while (read < 0 && !ended) {
                read = follow().read(into, offset, length);
            }
            return read;
        }

        private InputStream follow() {
            if (made < most) {
                var labels = new StringBuilder();
                for (var end = made + MIB; made < end; made += 16) {
                    labels.append(",\"l%08x\":\"\"".formatted(made));
                }
                part = new ByteArrayInputStream(bytes(labels.toString()));
            } else {
                System.gc();
                held = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
                part = new ByteArrayInputStream(END);
                ended = true;
            }
            return part;
        }
    }

    @Test
    void theLabelsOfListedImagesAreNotHeld() throws IOException {
        var few = new Labels(MIB);
        json.readValue(few, IMAGES);
        var many = new Labels(32 * MIB);

        var images = json.readValue(many, IMAGES);

        assertThat(images).extracting(Image::getId).containsExactly("sha256:a", "sha256:b");
        assertThat(images.getFirst().getRepoTags()).containsExactly("a:1");
        assertThat(images.getLast().getRepoTags()).isEmpty();
        assertThat(images.getFirst().getLabels()).isNull();
        assertThat(many.held - few.held).isLessThan(8 * MIB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%s\":\"\"", "\"\":\"%s\"", "\"\":{\"Labels\":[\"%s\"]}"})
    void aLongLabelOfOneImageIsNoReasonNotToListTheOthers(String label) throws IOException {
        var labels = label.formatted("é\\\"\\u0041x".repeat(3 * MIB));

        var images =
                read("[{\"Id\":\"sha256:a\",\"Labels\":{" + labels + "},\"Size\":7},{\"Id\":\"sha256:b\"}]", IMAGES);

        assertThat(images).extracting(Image::getId).containsExactly("sha256:a", "sha256:b");
        assertThat(images.getFirst().getSize()).isEqualTo(7);
    }

    @Test
    void anEngineWithoutImagesListsNone() throws IOException {
        assertThat(read("[]", IMAGES)).isEmpty();
    }

    /** Far longer: Jackson counts whole buffers, whose size depends on what the thread read before. */
    @Test
    void aDescriptionThatIsTooLongIsUnreadable() {
        assertUnreadable(image("\"l\":\"" + "x".repeat(8 * MIB) + "\""));
    }

    @Test
    void aDescriptionOfTooManyPartsIsUnreadable() {
        assertUnreadable(image("\"\":\"\"" + ",\"\":\"\"".repeat(100_000)));
    }

    @Test
    void aHistoryOfTooManyStepsIsUnreadable() {
        var history = "[{}" + ",{}".repeat(100_000) + "]";

        assertThatThrownBy(() -> EngineJson.read(() -> ask(history, new TypeReference<List<ImageHistory>>() {})))
                .isInstanceOf(EngineJson.Unreadable.class);
    }

    @Test
    void aDescriptionWithinTheLimitsIsRead() throws IOException {
        var image = read(image("\"" + "n".repeat(MIB) + "\":\"" + "x".repeat(2 * MIB) + "\""), IMAGE);

        assertThat(image.getConfig().getLabels().values().iterator().next()).hasSize(2 * MIB);
    }

    private static String image(String labels) {
        return "{\"Id\":\"sha256:a\",\"Config\":{\"Labels\":{" + labels + "}}}";
    }

    private void assertUnreadable(String description) {
        assertThatThrownBy(() -> EngineJson.read(() -> ask(description, IMAGE)))
                .isInstanceOf(DockerException.class)
                .hasMessageContaining(
                        "its description can't be read, because it is larger than 4 MiB or has more than");
    }

    /** As docker-java does. */
    private <T> T ask(String text, TypeReference<T> type) {
        try {
            return read(text, type);
        } catch (IOException failed) {
            throw new RuntimeException(failed);
        }
    }

    private <T> T read(String text, TypeReference<T> type) throws IOException {
        return json.readValue(new ByteArrayInputStream(bytes(text)), type);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
