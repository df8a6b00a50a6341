package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * The output of a run of {@code mayfly convert}.
 *
 * @param code its exit code
 * @param yaml its output
 * @param notes the lines of its error output
 */
record Converted(int code, String yaml, List<String> notes) {

    static Converted by(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var command = new CommandLine(new Convert())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(Complaint.about(failure).orElseThrow(() -> failure));
                    return 1;
                });
        var code = command.execute(arguments);
        return new Converted(code, out.toString(), err.toString().lines().toList());
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> resources() {
        return Arrays.stream(yaml.split("(?m)^---$"))
                .filter(document -> !document.isBlank())
                .map(document -> (Map<String, Object>) Serialization.unmarshal(document, Map.class))
                .toList();
    }

    /** The one of that name. */
    Map<String, Object> named(String name) {
        return resources().stream()
                .filter(resource -> name.equals(at(resource, "metadata", "name")))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(name + " of " + yaml + notes));
    }

    /** A field of the template of the one of that name; null where it has none. */
    Object template(String name, String... path) {
        return at(
                named(name),
                Stream.concat(Stream.of("spec", "template"), Stream.of(path)).toArray(String[]::new));
    }

    static Object at(Object value, String... path) {
        var inner = value;
        for (var key : path) {
            inner = inner instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return inner;
    }
}
