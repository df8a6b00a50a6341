package dev.mayfly.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/reference/metrics.md}, generated from what an operator exports. */
public final class MetricsPage {
    public static final Path PAGE = Path.of("docs/reference/metrics.md");

    private static final String HEAD = """
            # Metrics

            <!-- Generated from an operator's /q/metrics by MetricsPageTest. -->

            In Prometheus' text format: at `/q/metrics` of the loopback address, port 8484 with the chart, and at `https://NODE:10350/metrics`,
            which the [virtual node](../guides/pods.md) serves while this operator leads. Without Docker (`runtimes.docker: false` in the chart) the operator
            serves it at its own address, also as a standby. There the API server is asked who the caller is
            and whether it may `get` the address `/metrics`; the chart's `monitoring.reader` allows it. Alerts: [runbooks](../operate/alerts.md).

            A histogram has series that end in `_bucket`, `_sum`, `_count`, and `_max`, the greatest of the last minutes. An unknown value, such as replicas while
            the engine does not answer, is `NaN`. No label names a workload or a namespace: [why](../decisions/metrics.md). Metrics of the
            process (`process_…`) have the names that Prometheus' clients give them, those of the JVM (`jvm_…`) Micrometer's.

            | Metric | Type | Labels | Meaning |
            |---|---|---|---|
            """;
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(mayfly_\\w+?)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(mayfly_\\w+)` \\| (\\w+) \\|");
    /** Labels whose values differ between installations, or are made when they occur. */
    private static final Set<String> OPEN = Set.of("version", "runtime", "result of mayfly_image_pulls_total");

    private MetricsPage() {}

    /** @param text what an operator exports */
    public static String generate(String text) {
        var rows = new TreeMap<String, String>();
        families(text, "TYPE").forEach((name, type) -> {
            if (!name.endsWith("_max") && !type.equals("untyped")) {
                var meaning = families(text, "HELP").get(name);
                rows.put(name, "| `%s` | %s | %s | %s |%n".formatted(name, type, labels(text, name), meaning));
            }
        });
        return rows.values().stream().collect(Collectors.joining("", HEAD, ""));
    }

    /** The lines of that keyword, by metric. */
    private static TreeMap<String, String> families(String text, String keyword) {
        var lines = new TreeMap<String, String>();
        Pattern.compile("(?m)^# " + keyword + " (mayfly_\\w+) (.*)$")
                .matcher(text)
                .results()
                .forEach(line -> lines.put(line.group(1), line.group(2).strip()));
        return lines;
    }

    private static String labels(String text, String name) {
        var values = new TreeMap<String, Set<String>>();
        SAMPLE.matcher(text)
                .results()
                .filter(sample -> family(sample.group(1)).equals(name) && sample.group(2) != null)
                .flatMap(sample -> LABEL.matcher(sample.group(2)).results())
                .filter(label -> !label.group(1).equals("le"))
                .forEach(label -> values.computeIfAbsent(label.group(1), first -> new TreeSet<>())
                        .add(label.group(2)));
        return values.entrySet().stream()
                .map(label -> OPEN.contains(label.getKey()) || OPEN.contains(label.getKey() + " of " + name)
                        ? "`" + label.getKey() + "`"
                        : "`" + label.getKey() + "`: " + String.join(", ", label.getValue()))
                .collect(Collectors.joining("; "));
    }

    /** The metric that a sample belongs to. */
    private static String family(String sample) {
        return sample.replaceFirst("_(bucket|sum|count|max)$", "");
    }

    /** Names of all samples that the page promises. */
    static Set<String> samples() {
        return ROW.matcher(text())
                .results()
                .flatMap(row -> row.group(2).equals("histogram")
                        ? List.of("_bucket", "_sum", "_count", "_max").stream().map(row.group(1)::concat)
                        : Stream.of(row.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static String text() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
