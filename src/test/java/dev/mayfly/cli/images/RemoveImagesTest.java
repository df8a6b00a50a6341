package dev.mayfly.cli.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.app.MayflyCommand;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The preview of {@code mayfly rmi}, by an engine's list of images. */
class RemoveImagesTest {
    private static final String ID = "sha256:33998410b27dd0a07db89c4a67cb69f982e214b6a35ef0377fa56f98710e4f2d";

    /** As Docker Engine 29 lists a committed image: containerd's image store gives each a digest in its own repository. */
    private static final String COMMITTED = "[{\"Containers\":-1,\"Created\":1796091069,\"Id\":\"" + ID + "\","
            + "\"Labels\":{},\"ParentId\":\"\",\"RepoDigests\":[%s],\"RepoTags\":[%s],\"SharedSize\":%d,\"Size\":4228504}]";

    private static final String DIGEST = "\"shop@" + ID + "\"";

    private final AnsweringEngine engine = new AnsweringEngine();

    @AfterEach
    void stop() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({
        "4188160, 39.4 KiB", // what it shares is the engine's figure
        "-1, 4 MiB" // an older engine tells none, and the layers of this one have no size
    })
    void anImageGoesWithItsLastTagAlthoughItHasADigest(long shared, String own) {
        list(DIGEST, "\"shop:2\"", shared);

        assertThat(preview("shop:2")).endsWith("Would remove shop:2: " + own + " would be free again.\n");
    }

    @Test
    void anotherTagOrTheDigestOfAnotherRepositoryKeepsIt() {
        list(DIGEST, "\"shop:1\",\"shop:2\"", 0);
        assertThat(preview("shop:2")).contains("The image has others and stays.");

        list("\"store@" + ID + "\"", "\"shop:2\"", 0);
        assertThat(preview("shop:2")).contains("The image has others and stays.");
    }

    /** The engine would take the tags as well. */
    @Test
    void aDigestThatStandsBesideATagIsNotRemovedByItself() {
        list(DIGEST, "\"shop:1\",\"shop:2\"", 0);

        assertThat(preview("shop@" + ID))
                .endsWith("mayfly: shop@" + ID + " goes with the last tag of its repository: remove"
                        + " docker.io/library/shop:1, docker.io/library/shop:2\n");
    }

    private void list(String digests, String tags, long shared) {
        engine.answer("/images/json", COMMITTED.formatted(digests, tags, shared));
        engine.answer("/images/" + ID + "/json", "{\"Id\":\"" + ID + "\",\"RootFS\":{\"Layers\":[\"sha256:l\"]}}");
        engine.answer("/images/" + ID + "/history", "[]");
    }

    private String preview(String image) {
        var out = new StringWriter();
        MayflyCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out, true))
                .execute("rmi", "--dry-run", "--force-without-cluster", "--host", engine.address(), image);
        return out.toString();
    }
}
