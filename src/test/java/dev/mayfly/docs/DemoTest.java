package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The recorded demo ({@code deploy/local/transcript.sh}) tells its story in a minute. */
class DemoTest {
    /** Words that a person reads in a minute. */
    private static final int ONE_MINUTE = 220;

    /** Its words, since the demo breaks long lines. */
    private final String transcript =
            Sources.text(Path.of("docs/transcript/demo.txt")).strip().replaceAll("\\s+", " ");

    @Test
    void itIsReadInAMinute() {
        assertThat(transcript.split(" ")).hasSizeLessThanOrEqualTo(ONE_MINUTE);
    }

    /** A demo that changed needs a new recording. */
    @Test
    void itHasTheHeadingsOfTheDemo() {
        var headings = Stream.of("story", "gone")
                .flatMap(part -> Pattern.compile("(?m)^ +heading \"(.+)\"$")
                        .matcher(Sources.text(Path.of("deploy/local/demo", part + ".sh")))
                        .results())
                .map(heading -> heading.group(1))
                .toList();

        assertThat(headings)
                .hasSize(6)
                .allSatisfy(heading -> assertThat(transcript).contains(heading));
    }

    @Test
    void itTellsTheWholeStory() {
        assertThat(transcript)
                .containsSubsequence(
                        "Hello Docker",
                        "wrote outside of volumes",
                        "mount volumes at /var/lib/app",
                        "Read-only file system",
                        "kill ",
                        "CARD-4111",
                        "\"warm\":{\"size\":20}",
                        "--replicas=20",
                        "kubectl delete",
                        "Left: nothing.",
                        "CARD-4111: 0");
    }
}
