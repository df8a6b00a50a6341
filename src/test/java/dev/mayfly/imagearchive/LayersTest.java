package dev.mayfly.imagearchive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The setuid and setgid files that are visible in an image, computed from its layers. */
class LayersTest {

    @ParameterizedTest(name = "{0}: {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "setuid                          | bin/su 4755, bin/ls 755          |                          | /bin/su",
                "setgid                          | ./usr/bin/wall 2755              |                          | /usr/bin/wall",
                "a path from the root            | /bin/su 4755                     |                          | /bin/su",
                "sorted                          | b 4755, a 6755                   | c 4755                   | /a /b /c",
                "a directory with the bits       | var/mail/ 2775                   |                          | none",
                "replaced without the bit        | bin/su 4755                      | bin/su 755               | none",
                "replaced with the bit           | bin/su 755                       | bin/su 4755              | /bin/su",
                "replaced by a directory         | bin/su 4755                      | bin/su/                  | none",
                "its directory lives on          | bin/ 755, bin/su 4755            | bin/ 755, bin/new 755    | /bin/su",
                "its directory became a file     | usr/bin/su 4755                  | usr 644                  | none",
                "removed                         | bin/su 4755                      | bin/.wh.su               | none",
                "its directory was removed       | opt/a/bin/su 4755                | opt/.wh.a                | none",
                "its directory is opaque         | opt/a/bin/su 4755                | opt/a/.wh..wh..opq       | none",
                "the root is opaque              | bin/su 4755                      | .wh..wh..opq             | /bin/su",
                "opaque, and recreated           | bin/su 4755                      | bin/.wh..wh..opq, bin/su 4755 | /bin/su",
                "removed and recreated           | bin/su 4755                      | bin/.wh.su, bin/su 4755  | /bin/su",
                "another one was removed         | bin/su 4755, bin/sudo 4755       | bin/.wh.sudo             | /bin/su",
                "a mark of the driver            | bin/su 4755                      | .wh..wh.plnk/ 700, .wh..wh.aufs 444 | /bin/su",
                "a hard link                     | bin/a 4755, bin/b -> bin/a       |                          | /bin/a /bin/b",
                "a hard link that sets the bit   | bin/a 755, bin/b -> bin/a 4755   |                          | /bin/a /bin/b",
                "a hard link across layers       | bin/a 4755                       | bin/b -> bin/a           | /bin/a /bin/b",
                "the target goes, the link stays | bin/a 4755, bin/b -> bin/a       | bin/.wh.a                | /bin/b",
                "twice, the later counts         | bin/su 4755, bin/su 755          |                          | none",
                "by detours                      | usr/../bin/./su 4755             | bin//.wh.su              | none",
                // made by hand: never fewer than an engine shows (20.10, by docker load and docker export: the 1st
                // and the 4th)
                "removed, a directory again      | a/su 4755                        | .wh.a, a/                | /a/su",
                "a file, a directory again       | a/su 4755                        | a 644, a/                | /a/su",
                "opaque once, a directory again  | a/su 4755                        | a/.wh..wh..opq, a 644, a/ | /a/su",
                "through a link                  | d => e, d/su 4755                | d/, d/.wh.su             | /d/su (through a symbolic link)",
                "a name that hides for sure      | bin/s? 4755                      | bin/s? 755               | /bin/s? (some of its name can't be shown)",
            })
    void visibleSetuidFiles(String description, String lower, String upper, String expected) throws IOException {
        assertThat(show(tar(lower), tar(upper)))
                .containsExactlyElementsOf(expected == null ? Set.of() : expected(expected));
    }

    @Test
    void aHardLinkThroughASymbolicLinkIsAnError() {
        assertThatThrownBy(() -> show(Tars.layer("e/su 4755", "d => e", "b -> d/su")))
                .isInstanceOf(UnreadableImage.class)
                .hasMessage("the hard link /b names /d/su through a symbolic link, so the file it names is not known");
    }

    /** Docker 20.10 extracts it as a file; other readers take it for a directory. */
    @Test
    void aFileThatSeemsADirectoryIsRefused() {
        assertThatThrownBy(() -> show(Tars.layer("bin/evil/ file 4755")))
                .isInstanceOf(UnreadableImage.class)
                .hasMessage("a file in it has the name of a directory");
    }

    @Test
    void aWhiteoutHidesNothingInItsOwnLayer() throws IOException {
        assertThat(show(Tars.layer("bin/su 4755", "bin/.wh.su"))).containsExactly("/bin/su");
    }

    @Test
    void thousandsOfPathsAreDistinguished() throws IOException {
        var lower = Tars.layer(
                IntStream.range(0, 3000).mapToObj(i -> "f/" + i + " 4755").toArray(String[]::new));
        var upper =
                Tars.layer(IntStream.range(1, 3000).mapToObj(i -> "f/.wh." + i).toArray(String[]::new));

        assertThat(show(lower, upper)).containsExactly("/f/0");
    }

    @Test
    void anImageBeyondTheMemoryBudgetIsRefused() {
        var directory = "d".repeat(88) + "/"; // longer names are written in a time that is quadratic in their length
        var many = Tars.layer(IntStream.range(0, 80_000)
                .mapToObj(i -> directory + i + " 4755")
                .toArray(String[]::new));

        assertThatThrownBy(() -> show(many)).isInstanceOf(UnreadableImage.class).hasMessageContaining("more files");
    }

    private static Set<String> show(byte[]... layers) throws IOException {
        var shown = new TreeSet<String>();
        var budget = new ArchiveBudget();
        for (var layer : layers) {
            LayerArchive.read(new ByteArrayInputStream(layer), budget).cover(shown);
        }
        return shown;
    }

    private static byte[] tar(String entries) {
        return entries == null
                ? Tars.layer()
                : Tars.layer(
                        Arrays.stream(entries.split(",")).map(String::strip).toArray(String[]::new));
    }

    private static Set<String> expected(String paths) {
        return paths.contains("(") ? Set.of(paths) : new TreeSet<>(Arrays.asList(paths.split(" ")));
    }
}
