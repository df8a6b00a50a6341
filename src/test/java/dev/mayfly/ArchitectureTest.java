package dev.mayfly;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layers: who may see whom, and a few habits that a compiler doesn't check. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mayfly");
    private static final int LONGEST_FILE = 300;

    /** The arrows. A package that is not named sees only itself; the parent's own classes are named without its children. */
    @ParameterizedTest(name = "{0} sees only {1}")
    @CsvSource(
            nullValues = "nothing",
            value = {
                "api.v1alpha1,      nothing",
                "model,             nothing",
                "plan,              model",
                "status,            model plan api.v1alpha1",
                "runtime,           model",
                "runtime.probe,     model",
                "runtime.image,     nothing",
                "runtime.scanner,   model",
                "runtime.support,   model runtime runtime.probe",
                "runtime.docker,    model runtime runtime.support runtime.probe runtime.image runtime.scanner host config",
                "runtime.pods,      model runtime config",
                "runtime.simulated, model runtime runtime.support runtime.probe config",
                "host,              model config",
                "policy,            model",
                "config,            nothing",
                "reconcile,         api.v1alpha1 model plan status runtime host policy config ops"
            })
    void arrows(String layer, String seen) {
        var allowed = Stream.concat(Stream.of(layer), seen == null ? Stream.empty() : Arrays.stream(seen.split(" ")))
                .map(name -> "dev.mayfly." + name)
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("dev.mayfly." + layer)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.mayfly..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theModelNeedsNothingButPersistentCollections() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.mayfly.model", "dev.mayfly.plan")
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(
                        "java.lang..",
                        "java.time..",
                        "java.nio.charset..",
                        "java.util..",
                        "org.pcollections",
                        "dev.mayfly..")))
                .check(CLASSES);
    }

    @Test
    void theCoreKnowsNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.mayfly.model", "dev.mayfly.plan", "dev.mayfly.status")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(CLASSES);
    }

    @Test
    void nobodySleeps() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
    }

    @Test
    void eachClassHasOneJobAndANameForIt() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Data|Info)")
                .check(CLASSES);
    }

    @Test
    void noFileIsLong() throws IOException {
        assertThat(sources().filter(file -> lines(file).size() > LONGEST_FILE)).isEmpty();
    }

    @Test
    void halfOfTheFilesAreShort() throws IOException {
        var lengths = sources().map(file -> lines(file).size()).sorted().toList();

        assertThat(lengths.get(lengths.size() / 2)).isLessThan(80);
    }

    private static Stream<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
