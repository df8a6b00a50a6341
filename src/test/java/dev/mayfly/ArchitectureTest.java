package dev.mayfly;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package sees which, read from the table of {@code docs/contributing/architecture.md}, and habits that a compiler does not check. */
class ArchitectureTest {
    private static final String ROOT = "dev.mayfly.";
    private static final Path PAGE = Path.of("docs/contributing/architecture.md");
    /** Fewer classes mean that the import failed, so that no rule says anything. */
    private static final int FEWEST_CLASSES = 600;

    private static final int MAX_FILES = 30;
    private static final int MAX_LINES = 400;
    private static final int MAX_PARAMETERS = 8;
    private static final int MAX_COMPONENTS = 12;

    private static final JavaClasses CLASSES = MainClasses.ALL;

    /** A row of the table. @param sees the packages that this one may use; {@code everything} for {@code app} */
    private record Row(String name, Set<String> sees) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Rows of three columns: package, what lives there, what it sees. */
    static List<Row> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.equals("## Packages"))
                .takeWhile(line -> !line.startsWith("## ") || line.equals("## Packages"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|"))
                .map(columns -> new Row(quoted(columns[1]).iterator().next(), quoted(columns[3])))
                .toList();
    }

    private static Set<String> quoted(String column) {
        return Arrays.stream(column.split("[`, ]+"))
                .filter(word -> !word.isBlank())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theImportFoundTheClasses() {
        assertThat(CLASSES).hasSizeGreaterThan(FEWEST_CLASSES);
    }

    @Test
    void theTableListsThePackagesThereAre() throws IOException {
        var existing = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .map(name -> name.substring(ROOT.length()))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rows().stream().map(Row::name))
                .as("the packages of " + PAGE
                        + "#packages: add a row that says what lives in a new package and what it sees")
                .containsExactlyInAnyOrderElementsOf(existing);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aPackageSeesWhatItsRowNames(Row row) {
        if (row.sees().equals(Set.of("everything"))) {
            return;
        }
        var allowed = Stream.concat(Stream.of(row.name()), row.sees().stream())
                .map(name -> ROOT + name)
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(ROOT + row.name())
                .should()
                .dependOnClassesThat(resideInAPackage("dev.mayfly..").and(not(resideInAnyPackage(allowed))))
                .because(PAGE + " does not say that " + row.name()
                        + " sees it: pass a value in place of the object that is asked, or move the class to the lowest package that has what"
                        + " it needs")
                .check(CLASSES);
    }

    /** Of the names of packages cut after 3, 4, … components, so that neither a child and its parent nor two wings form a cycle. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6})
    void packagesFormNoCycleAtAnyDepth(int depth) {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        var parts = type.getPackageName().split("\\.");
                        return type.getPackageName().startsWith("dev.mayfly")
                                ? SliceIdentifier.of(
                                        Arrays.stream(parts).limit(depth).collect(Collectors.joining(".")))
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "packages of " + depth + " components";
                    }
                })
                .should()
                .beFreeOfCycles()
                .because("what both need belongs into a package below them")
                .check(CLASSES);
    }

    @Test
    void theCoreIsFunctionsOfValues() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.mayfly.core..")
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(
                        "java.lang..",
                        "java.time..",
                        "java.nio", // buffers; files and channels are in packages below
                        "java.nio.charset..",
                        "java.math..",
                        "java.util..",
                        "org.pcollections",
                        "com.google.re2j",
                        "io.soabase.recordbuilder.core",
                        "io.fabric8.kubernetes.api.model..",
                        "dev.mayfly.core..",
                        "dev.mayfly.api..")))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(InstantSource.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executor.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Lock.class)
                .orShould()
                .dependOnClassesThat(assignableTo(RandomGenerator.class).and(not(type(SplittableRandom.class))))
                .orShould()
                .callConstructor(SplittableRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Logger.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .because(
                        "a decision must be repeatable: pass the instant, the random number or the result of the I/O as a value; only a"
                                + " SplittableRandom with a seed is a function of it")
                .check(CLASSES);
    }

    @Test
    void onlyMetricsKnowMicrometer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.mayfly.metrics")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .because(
                        "metrics observe: offer a measurement (Measuring), or fire an event, and listen in dev.mayfly.metrics")
                .check(CLASSES);
    }

    @Test
    void onlyTracesKnowOpenTelemetry() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.mayfly.tracing")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .because("an operator that traces nothing loads none of it")
                .check(CLASSES);
    }

    @Test
    void noClassSleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .orShould()
                .callMethod(TimeUnit.class, "sleep", long.class)
                .because("a wait is an event or a timer: reschedule")
                .check(CLASSES);
    }

    @Test
    void classNamesAvoidGenericWords() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Data|Info)")
                .because("a class that can't be named without such a word has two jobs")
                .check(CLASSES);
    }

    @Test
    void constructorsTakeFewParameters() {
        var large = CLASSES.stream()
                .filter(type -> !type.isRecord() && !type.getSimpleName().endsWith("Builder"))
                .filter(type -> type.getConstructors().stream()
                        .anyMatch(constructor ->
                                constructor.getRawParameterTypes().size() > MAX_PARAMETERS))
                .map(ArchitectureTest::name);

        assertThat(large)
                .as(
                        "classes whose constructor takes more than %d parameters: group what belongs together, or split the class",
                        MAX_PARAMETERS)
                .isEmpty();
    }

    /** Types of the API have the fields that their resource has. */
    @Test
    void recordsHaveFewComponents() {
        var large = CLASSES.stream()
                .filter(type -> type.isRecord() && !type.getPackageName().startsWith("dev.mayfly.api"))
                .filter(type -> type.reflect().getRecordComponents().length > MAX_COMPONENTS)
                .map(ArchitectureTest::name);

        assertThat(large)
                .as("records of more than %d components: nest a record of those that change together", MAX_COMPONENTS)
                .isEmpty();
    }

    private static String name(JavaClass type) {
        return type.getName().substring(type.getPackageName().length() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/test/java"})
    void aPackageHasFewFiles(String root) throws IOException {
        try (var folders = Files.walk(Path.of(root))) {
            var counts = folders.filter(Files::isDirectory)
                    .collect(Collectors.toMap(
                            folder -> folder, folder -> javaFiles(folder).size()));

            assertThat(counts).hasSizeGreaterThan(10);
            assertThat(counts.entrySet())
                    .as("packages of at most %d files: split one that holds two things", MAX_FILES)
                    .allMatch(entry -> entry.getValue() <= MAX_FILES);
        }
    }

    @Test
    void noFileIsLong() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            var java = files.filter(file -> file.toString().endsWith(".java")).toList();

            assertThat(java).hasSizeGreaterThan(FEWEST_CLASSES);
            assertThat(java)
                    .as("files of at most %d lines: one idea stands in one file", MAX_LINES)
                    .allMatch(file -> lines(file) <= MAX_LINES);
        }
    }

    @Test
    void eachPackageHasADescription() throws IOException {
        try (var folders = Files.walk(Path.of("src/main/java/dev/mayfly"))) {
            assertThat(folders.filter(Files::isDirectory)
                            .filter(folder -> !javaFiles(folder).isEmpty()))
                    .as("packages with a package-info.java of one or two sentences")
                    .hasSizeGreaterThan(20)
                    .allMatch(folder -> Files.exists(folder.resolve("package-info.java")));
        }
    }

    private static List<Path> javaFiles(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
