package dev.mayfly.docs;

import static java.util.stream.Collectors.toMap;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The table of docs/how-to.md: one command for each task. */
public final class HowTo {
    private static final Path PAGE = Path.of("docs/how-to.md");
    /** In a cell a bar is written with a backslash, also inside of code. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+?) \\| `([^`]+)` \\|$");

    private HowTo() {}

    /** Commands by task, in the order of the page. */
    public static Map<String, String> commands() {
        return ROW.matcher(Sources.text(PAGE))
                .results()
                .collect(toMap(
                        row -> row.group(1),
                        row -> row.group(2).replace("\\|", "|"),
                        (one, other) -> {
                            throw new IllegalStateException("two rows have one task: " + one + ", " + other);
                        },
                        LinkedHashMap::new));
    }
}
