package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.files;
import static dev.mayfly.docs.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.ContainerRuntime;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/contributing/new-runtime.md} shows code of the toy runtime, and names what there is. */
class NewRuntimePageTest {
    private static final Path TOY = Path.of("src/test/java/dev/mayfly/runtime/toy");
    private static final Path SUPPORT = Path.of("src/main/java/dev/mayfly/runtime/support");
    private static final int FEWER_THAN = 200;
    private static final Pattern CODE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PUBLIC = Pattern.compile(
            "(?m)^(?:public (?:final |sealed )?(?:class|record|interface|enum)|    public (?:sealed )?interface) (\\w+)");

    private final String page = text(Path.of("docs/contributing/new-runtime.md"));

    @Test
    void itsCodeIsTheToys() {
        var toy = files(TOY, ".java").map(Sources::text).map(NewRuntimePageTest::flush);
        var all = toy.collect(Collectors.joining("\n"));
        var shown =
                CODE.matcher(page).results().map(code -> flush(code.group(1))).toList();

        assertThat(shown).hasSizeGreaterThan(5);
        assertThat(shown).allSatisfy(code -> assertThat(all).contains(code));
    }

    @Test
    void theToyHasFewerThan200LinesWithItsTest() {
        var lines = files(TOY, ".java")
                .mapToLong(file -> text(file).lines().count())
                .sum();

        assertThat(lines).isPositive().isLessThan(FEWER_THAN);
    }

    @Test
    void everyPieceThatOtherPackagesUseIsNamed() {
        var pieces = files(SUPPORT, ".java")
                .flatMap(file -> PUBLIC.matcher(text(file)).results())
                .map(type -> type.group(1))
                .toList();

        assertThat(pieces).hasSizeGreaterThan(15);
        assertThat(pieces).allSatisfy(piece -> assertThat(page).containsPattern("`(Prober\\.)?" + piece + "\\b"));
    }

    @Test
    void everyCapabilityIsNamed() {
        var capabilities = Arrays.stream(ContainerRuntime.class.getMethods())
                .filter(method -> method.getReturnType().equals(Optional.class))
                .map(Method::getName)
                .toList();

        assertThat(capabilities).hasSizeGreaterThan(5);
        assertThat(capabilities).allSatisfy(capability -> assertThat(page).contains("`" + capability + "`"));
    }

    /** The lines without indentation. */
    private static String flush(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
