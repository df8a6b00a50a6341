package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Files of {@code NAME=VALUE} lines beside a Compose file. A file that lies elsewhere, also behind a link, is not read:
 * the Compose file may be a stranger's, and what is read is printed.
 */
final class EnvFiles {
    /** Of one file. */
    private static final int MAX_BYTES = 65_536;

    private EnvFiles() {}

    /** The file below the directory; empty if there is none. @throws Refusal if it is too large or can't be read */
    static Optional<Map<String, String>> read(Path directory, String file) {
        try {
            var path = directory.resolve(file);
            if (!Files.isRegularFile(path) || !path.toRealPath().startsWith(directory.toRealPath())) {
                return Optional.empty();
            }
            try (var in = Files.newInputStream(path)) {
                return Optional.of(parse(Source.text(in, file, MAX_BYTES)));
            }
        } catch (InvalidPathException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Refusal(
                    "'" + Printable.of(file) + "' can't be read: " + Printable.of(String.valueOf(e.getMessage())));
        }
    }

    /** Lines without {@code =} are skipped. Nothing is replaced in values; those in quotes are taken without them. */
    static Map<String, String> parse(String text) {
        var variables = new LinkedHashMap<String, String>();
        text.lines().map(String::strip).filter(line -> !line.startsWith("#")).forEach(line -> {
            var pair = (line.startsWith("export ") ? line.substring("export ".length()) : line).split("=", 2);
            if (pair.length == 2) {
                variables.put(pair[0].strip(), unquoted(pair[1].strip()));
            }
        });
        return variables;
    }

    private static String unquoted(String value) {
        if (!value.isEmpty() && (value.charAt(0) == '"' || value.charAt(0) == '\'')) {
            var end = value.indexOf(value.charAt(0), 1);
            return end < 0 ? value : value.substring(1, end);
        }
        var comment = value.indexOf(" #");
        return comment < 0 ? value : value.substring(0, comment).strip();
    }
}
