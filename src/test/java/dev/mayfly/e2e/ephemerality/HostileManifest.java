package dev.mayfly.e2e.ephemerality;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file of {@code src/test/resources/hostile}: manifests, the last of which is the workload or task, and a head comment that says
 * what must become of it.
 *
 * <pre>
 * # before: COMMAND                                      run on the host, with $PREFIX (the namespace's directory) and $IMAGE
 * # validation: ignore                                   sent as by a client that does not validate
 * # expect: refused at apply: WORDS
 * # expect: condition Degraded/REASON: WORDS
 * # expect: harmless: COMMAND => OUTPUT                  it runs, and the command inside prints that (nothing: no output)
 * </pre>
 *
 * @param name of the file, without its ending
 * @param before commands for a shell of the host
 * @param expectations at least one; all of one kind
 * @param yaml with {@code ${NAMESPACE}} and the like in it
 */
record HostileManifest(
        String name, List<String> before, Validation validation, List<Expectation> expectations, String yaml) {
    private static final Path FOLDER = Path.of("src/test/resources/hostile");

    /** The expected outcome. */
    sealed interface Expectation {
        record Refused(String words) implements Expectation {}

        record Degraded(String reason, String words) implements Expectation {}

        record Harmless(String command, String output) implements Expectation {}
    }

    /** All of the folder, by name. */
    static List<HostileManifest> all() {
        try (var files = Files.list(FOLDER)) {
            return files.sorted().map(HostileManifest::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With everything that {@code ${…}} stands for filled in. The workload or task is the last one. */
    List<GenericKubernetesResource> resources(Map<String, String> values) {
        return Stream.of(filled(yaml, values).split("(?m)^---$"))
                .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
                .toList();
    }

    static String filled(String text, Map<String, String> values) {
        var filled = text;
        for (var value : values.entrySet()) {
            filled = filled.replace("${" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }

    boolean isExpected(Class<? extends Expectation> kind) {
        return expectations.stream().anyMatch(kind::isInstance);
    }

    @Override
    public String toString() {
        return name;
    }

    private static HostileManifest read(Path file) {
        try {
            var name = file.getFileName().toString();
            if (!name.endsWith(".yaml")) {
                throw new IllegalStateException(file + " is used by no test: only *.yaml is read");
            }
            var yaml = Files.readString(file);
            var expectations =
                    comments(yaml, "expect").map(HostileManifest::expectation).toList();
            if (expectations.stream().map(Object::getClass).distinct().count() != 1) {
                throw new IllegalStateException(file + " must say in '# expect:' what becomes of it, in one way");
            }
            return new HostileManifest(
                    name.substring(0, name.length() - ".yaml".length()),
                    comments(yaml, "before").toList(),
                    comments(yaml, "validation").anyMatch("ignore"::equals) ? Validation.IGNORE : Validation.STRICT,
                    expectations,
                    yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> comments(String yaml, String word) {
        var start = "# " + word + ": ";
        return yaml.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip());
    }

    private static Expectation expectation(String text) {
        var parts = text.split(": ", 2);
        if (parts[0].equals("refused at apply")) {
            return new Expectation.Refused(parts[1]);
        }
        if (parts[0].startsWith("condition Degraded/")) {
            return new Expectation.Degraded(parts[0].substring("condition Degraded/".length()), parts[1]);
        }
        if (parts[0].equals("harmless")) {
            var check = parts[1].split(" =>", 2);
            return new Expectation.Harmless(check[0], check[1].strip());
        }
        throw new IllegalStateException("No expectation: " + text);
    }
}
