package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.docs.ManifestsInPages.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code blocks of the pages, as far as neither engine nor API server is needed to check them. */
class CodeBlocksTest {
    private static final Set<String> LANGUAGES = Set.of("", "sh", "yaml", "java", "properties", "mermaid", "html");
    private static final Pattern TEST = Pattern.compile("\\b(\\w+(?:Test|IT)|[\\w-]+\\.bats)\\b");
    private static final Pattern MANIFEST = Pattern.compile("(?:-f|--filename[= ]) ?([\\w./-]+\\.ya?ml|helm/[\\w/]+/)");
    private static final Pattern SCRIPT = Pattern.compile("deploy/local/[\\w.-]+");

    static Stream<CodeBlock> shellBlocks() {
        return Pages.all().flatMap(CodeBlock::of).filter(CodeBlock::isShell);
    }

    static Stream<Manifest> ourManifests() {
        return ManifestsInPages.all().filter(Manifest::isOurs);
    }

    @Test
    void everyBlockIsInALanguageThatSomeTestKnows() {
        var blocks = Pages.all().flatMap(CodeBlock::of).toList();

        assertThat(blocks).hasSizeGreaterThan(40);
        assertThat(blocks)
                .allSatisfy(block -> assertThat(LANGUAGES)
                        .as("%s: a shell block is sh", block)
                        .contains(block.language()));
    }

    @ParameterizedTest
    @MethodSource("shellBlocks")
    void aShellBlockIsValid(CodeBlock block) throws IOException, InterruptedException {
        var bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        try (var script = bash.outputWriter()) {
            script.write(block.content());
        }
        var complaint = new String(bash.getInputStream().readAllBytes());

        assertThat(bash.waitFor()).as(complaint).isZero();
    }

    @ParameterizedTest
    @MethodSource("shellBlocks")
    void aReasonForNotRunningABlockNamesTestsThatExist(CodeBlock block) {
        var named = block.notRun().stream()
                .flatMap(reason -> TEST.matcher(reason).results())
                .map(MatchResult::group);

        assertThat(named).allSatisfy(test -> assertThat(exists(test)).as(test).isTrue());
    }

    /** A block that is not run may also name a file of the reader. */
    @ParameterizedTest
    @MethodSource("shellBlocks")
    void theFilesThatAShellBlockNamesExist(CodeBlock block) {
        var files = CodeBlock.of(block.page())
                .flatMap(other -> other.file().stream())
                .collect(Collectors.toSet());
        var named = Stream.concat(
                MANIFEST.matcher(block.content()).results().map(file -> file.group(1)),
                SCRIPT.matcher(block.content()).results().map(MatchResult::group));

        assertThat(named.filter(file -> block.notRun().isEmpty() || file.contains("/"))
                        .filter(file -> !files.contains(file) && Files.notExists(Path.of(file))))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ourManifests")
    void aManifestHasOnlyFieldsAndWordsOfTheSchema(Manifest manifest) throws IOException {
        assertThat(strangers(
                        "",
                        manifest.json().path("spec"),
                        schema(manifest.kind()).path("spec")))
                .isEmpty();
    }

    private static JsonNode schema(String kind) throws IOException {
        for (var crd : List.of("ephemeralworkloads", "ephemeraltasks", "imagepolicies")) {
            var read = ManifestsInPages.documents(Files.readString(Path.of("crds", crd + ".mayfly.dev-v1.yml")))
                    .getFirst();
            if (read.at("/spec/names/kind").asText().equals(kind)) {
                return read.at("/spec/versions/0/schema/openAPIV3Schema/properties");
            }
        }
        throw new AssertionError("no CRD of kind " + kind);
    }

    /** Fields that the schema does not have, and values that an enum does not have. */
    private static List<String> strangers(String path, JsonNode value, JsonNode schema) {
        var strangers = new ArrayList<String>();
        if (value.isArray()) {
            value.forEach(item -> strangers.addAll(strangers(path + "[]", item, schema.path("items"))));
        } else if (value.isObject()) {
            value.properties().forEach(field -> {
                var inner = schema.has("additionalProperties")
                        ? schema.path("additionalProperties")
                        : schema.path("properties").path(field.getKey());
                var name = path + "." + field.getKey();
                if (inner.isMissingNode()) {
                    strangers.add(name);
                } else {
                    strangers.addAll(strangers(name, field.getValue(), inner));
                }
            });
        } else if (schema.has("enum")
                && StreamSupport.stream(schema.path("enum").spliterator(), false)
                        .noneMatch(word -> word.asText().equals(value.asText()))) {
            strangers.add(path + ": " + value.asText());
        }
        return strangers;
    }

    private static boolean exists(String test) {
        return test.endsWith(".bats")
                ? Files.exists(Path.of("src/test/shell", test))
                : Sources.files(Path.of("src/test/java"), "/" + test + ".java")
                        .findAny()
                        .isPresent();
    }
}
