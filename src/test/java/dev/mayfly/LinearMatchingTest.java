package dev.mayfly;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Tenants, images, registries and replicas write texts that take java.util.regex as long as they like, and with it the thread, or
 * its stack.
 */
class LinearMatchingTest {
    private static final JavaClasses CLASSES = MainClasses.ALL;

    /** They read what the operator's own installation, its engine or its kernel writes, and no other source. */
    private static final DescribedPredicate<JavaClass> TRUSTING = nameMatching(
                    ".*\\.(scanner\\.Scanners\\$CommandLine|scanner\\.Scanner|host\\.Machine|OperatorLogins\\$CredentialStore)(\\$.*)?")
            .forSubtype();

    private static final String INSTEAD =
            "use com.google.re2j, Globs or plain code, or add it to those that read what no stranger wrote";
    private static final Pattern SPLIT = Pattern.compile("(?<![A-Z])\\.split\\(\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** String.split takes no regular expression for one character that has no meaning there, or is escaped. */
    private static final Pattern NO_EXPRESSION = Pattern.compile("[^.$|()\\[{^?*+\\\\]|\\\\\\\\[^0-9a-zA-Z]|\\\\n");

    @Test
    void noExpressionOfTheJdkSeesWhatAStrangerWrote() {
        assertThat(CLASSES).hasSizeGreaterThan(400);
        noClasses()
                .that(not(TRUSTING))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.regex")
                .orShould()
                .callMethod(String.class, "matches", String.class)
                .orShould()
                .callMethod(String.class, "replaceAll", String.class, String.class)
                .orShould()
                .callMethod(String.class, "replaceFirst", String.class, String.class)
                .because(INSTEAD)
                .check(CLASSES);
    }

    @Test
    void aSplitIsAtOneCharacter() throws IOException {
        var expressions = new ArrayList<String>();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (List.of("Machine.java").contains(file.getFileName().toString())) {
                    continue;
                }
                SPLIT.matcher(Files.readString(file))
                        .results()
                        .filter(split -> !NO_EXPRESSION.matcher(split.group(1)).matches())
                        .forEach(split -> expressions.add(file + ": " + split.group()));
            }
        }

        assertThat(expressions).as(INSTEAD).isEmpty();
    }
}
