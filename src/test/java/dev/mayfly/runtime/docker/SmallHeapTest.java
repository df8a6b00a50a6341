package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.bench.ImageBench;
import dev.mayfly.imagearchive.Tars;
import dev.mayfly.testing.engine.Docker;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The layers of an image stream by: a heap smaller than the image is enough to look into it. */
@Tag("engine")
class SmallHeapTest {
    private static final int MEGABYTES = 100;
    /** Of the whole process: the runtime and its clients as well. */
    private static final String HEAP = "-Xmx48m";

    @Test
    void anImageOfAHundredMegabytesIsInspectedWithAHeapOfHalfItsSize() throws Exception {
        var tag = "mayfly-test/contents-" + UUID.randomUUID().toString().substring(0, 8) + ":large";
        try (var image = new LoadedImage(
                Docker.client(), tag, "{}", "", Tars.files("blob", new byte[MEGABYTES << 20]), Tars.layer("su 4755"))) {
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            var process = new ProcessBuilder(
                            java,
                            HEAP,
                            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ImageBench.class.getName(),
                            image.id())
                    .redirectErrorStream(true)
                    .start();
            var said = new String(process.getInputStream().readAllBytes());

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said).contains("1 setuid");
        }
    }
}
