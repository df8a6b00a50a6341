package dev.mayfly.imagearchive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A scan keeps no more than its share of the operator's heap, however many files an image has. */
class ManyFilesTest {
    /** The memory budget, plus some for the program and its stream buffers. */
    private static final String HEAP = "-Xmx40m";

    @Test
    void twoMillionSetuidFilesAreRefused() throws Exception {
        assertThat(read("4755", "700000", "700000", "700000"))
                .startsWith("refused: it has more files than can be inspected within 24 MiB");
    }

    @Test
    void fourMillionPlainFilesAreRefused() throws Exception {
        assertThat(read("755", "2000000", "2000000")).startsWith("refused");
    }

    @Test
    void anImageOfHalfAMillionFilesIsRead() throws Exception {
        assertThat(read("755", "200000", "200000", "50000", "50000")).startsWith("read 4");
        assertThat(read("755", "500000")).startsWith("read 1");
        assertThat(read("4755", "2000")).startsWith("read 1");
    }

    private static String read(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                ManyFiles.class.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
