package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.cli.Sizes;
import dev.mayfly.testing.engine.DiskUse;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.LayeredImages;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayfly images} on images that share layers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesIT {
    private static final String BELOW = "mayfly-test/leftovers-below:1";
    private static final String FIVE = "mayfly-test/leftovers-five:1";
    private static final String OTHER = "mayfly-test/leftovers-other:1";
    private static final String USER = "leftovers-images-it";
    private static final int KIB = 1024;

    @TempDir
    static Path directory;

    private LayeredImages images;

    @BeforeAll
    void make() {
        images = new LayeredImages(Docker.client(), directory);
        images.make(BELOW, "busybox:1.36", 10, 20);
        images.make(FIVE, BELOW, 3, 4);
        images.make(OTHER, BELOW, 5);
        Cli.docker("create", "--name", USER, FIVE);
    }

    @AfterAll
    void clean() {
        Cli.tried("rm", "-f", USER);
        images.close();
    }

    @Test
    void ownAndSharedBytesAreTheEnginesOwnFigures() throws IOException {
        var five = report(FIVE);
        var engine = DiskUse.of(Docker.client()).images().get(five.get("id").asText());

        assertThat(five.get("ownBytes").asLong())
                .isGreaterThanOrEqualTo(7 * KIB) // containerd's image store counts blocks and archives as well
                .isEqualTo(engine.size() - engine.shared());
        assertThat(five.get("sharedBytes").asLong()).isEqualTo(engine.shared());
        assertThat(five.get("layers")).hasSize(5);
        assertThat(five.get("layers").get(2).get("sharedWith").toString())
                .contains(report(OTHER).get("id").asText());
        assertThat(five.get("layers").get(3).get("sharedWith")).isEmpty();
        assertThat(five.get("containers").toString()).isEqualTo("[\"" + USER + "\"]");
    }

    @Test
    void sharedLayersAreDrawnOnceAndAStrangersContainerIsNamed() throws IOException {
        var shown = Cli.mayfly("images --tree " + FIVE + " " + OTHER).output();

        assertThat(Cli.mayfly("images " + FIVE).output()).containsPattern(FIVE + " .*container " + USER);
        var upper = layer(BELOW, 2) + " ";
        assertThat(shown.lines().filter(line -> line.contains(upper))).hasSize(1);
        assertThat(shown)
                .containsPattern("[├└]─ " + layer(FIVE, 3) + "  true")
                .contains(layer(FIVE, 4) + "  true  = " + FIVE);
        assertThat(shown).contains(layer(OTHER, 3) + "  true  = " + OTHER);
    }

    @Test
    void anImageInUseIsKeptAndItsUsersAreNamed() {
        assertThat(rmi(FIVE))
                .isEqualTo(new Cli.Result(
                        1,
                        "mayfly: docker.io/" + FIVE + " is in use by container " + USER
                                + ", so it is kept. Remove these first."));
        assertThat(rmi(BELOW).output()).contains("is in use by image ", "image " + OTHER);
        assertThat(rmi("nobody:1"))
                .isEqualTo(new Cli.Result(1, "mayfly: No image is called nobody:1: mayfly images lists them"));
        assertThat(Cli.mayfly("rmi").code()).isEqualTo(2);
    }

    @Test
    void onlyTheGivenNameIsRemovedAndTheImageWithItsLastName() throws IOException {
        images.make("mayfly-test/leftovers-more:1", BELOW, 6);
        Cli.docker("tag", "mayfly-test/leftovers-more:1", "mayfly-test/leftovers-more:2");

        assertThat(rmi("--dry-run mayfly-test/leftovers-more:1").output())
                .isEqualTo("Would remove the name mayfly-test/leftovers-more:1. The image has others and stays.");
        assertThat(rmi("mayfly-test/leftovers-more:1"))
                .isEqualTo(new Cli.Result(
                        0, "Removed the name mayfly-test/leftovers-more:1. The image has others and stays."));
        var own =
                Sizes.of(report("mayfly-test/leftovers-more:2").get("ownBytes").asLong());
        assertThat(rmi("--dry-run mayfly-test/leftovers-more:2").output())
                .isEqualTo("Would remove mayfly-test/leftovers-more:2: " + own + " would be free again.");
        assertThat(rmi("mayfly-test/leftovers-more:2"))
                .isEqualTo(new Cli.Result(
                        0, "Removed mayfly-test/leftovers-more:2: 1 layer, " + own + " are free again."));
    }

    @Test
    void aMissingImageAndAWrongCommandLineAreReported() {
        var some = Cli.mayfly("images -q nobody:1 'a b' " + FIVE);
        assertThat(some.code()).isEqualTo(1);
        assertThat(some.output().lines())
                .hasSize(3)
                .contains(
                        "mayfly: No image is called nobody:1: mayfly images lists them",
                        "mayfly: No image is called a b: mayfly images lists them");
        assertThat(Cli.mayfly("images --host unix:///nowhere.sock").output())
                .startsWith("mayfly: No engine answers at unix:///nowhere.sock");
        assertThat(Cli.mayfly("images --output xml").code()).isEqualTo(2);
    }

    @Test
    void withoutAClusterNothingIsRemovedUnlessForced() {
        var refused = Cli.mayfly("rmi " + OTHER);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("--force-without-cluster");
        assertThat(Cli.mayfly("images -q " + OTHER).code()).isZero();
    }

    private static Cli.Result rmi(String arguments) {
        return Cli.mayfly("rmi --force-without-cluster " + arguments);
    }

    /** The size of a layer as the engine counts it, which on containerd's image store is that of its blocks. */
    private static String layer(String image, int index) throws IOException {
        return Sizes.of(report(image).get("layers").get(index).get("bytes").asLong());
    }

    private static JsonNode report(String image) throws IOException {
        return new ObjectMapper()
                .readTree(Cli.mayfly("images -o json " + image).output())
                .get(0);
    }
}
