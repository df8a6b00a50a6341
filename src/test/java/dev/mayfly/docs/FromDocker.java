package dev.mayfly.docs;

import com.google.re2j.Pattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of docs/from-docker.md. */
public final class FromDocker {
    private static final Path PAGE = Path.of("docs/from-docker.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+?) \\| `([^`]+)` \\| `([^`]+)` \\|$");

    private FromDocker() {}

    /** One row. */
    public record Row(String task, String docker, String mayfly) {}

    /** In the order of the page. */
    public static List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (var row = ROW.matcher(Sources.text(PAGE)); row.find(); ) {
            rows.add(new Row(row.group(1), row.group(2), row.group(3)));
        }
        return List.copyOf(rows);
    }
}
