package dev.mayfly.scanner;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The output format of a scanner. */
public enum ScanFormat {
    /** SARIF 2.1.0 with the levels of its section 3.27.10. */
    SARIF("sarif", List.of("none", "note", "warning", "error"), "error") {
        @Override
        List<Finding> findings(InputStream document) throws IOException {
            return read(document, SarifLog.class).findings();
        }
    },
    /** CycloneDX in JSON with vulnerabilities, and the severities of their ratings. */
    CYCLONEDX("cyclonedx", List.of("none", "info", "low", "medium", "high", "critical"), "high") {
        @Override
        List<Finding> findings(InputStream document) throws IOException {
            return read(document, CycloneDxBom.class).findings();
        }
    },
    /** Any output: only the exit code counts, 0 is a pass. */
    EXIT_CODE("exit-code", List.of(), "") {
        @Override
        List<Finding> findings(InputStream document) {
            return List.of();
        }
    };

    /** Skips unknown fields, so that a document takes no more memory than its findings. Neither format has nulls in lists. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    private final String word;
    private final List<String> levels;
    private final String threshold;

    ScanFormat(String word, List<String> levels, String threshold) {
        this.word = word;
        this.levels = levels;
        this.threshold = threshold;
    }

    /** @param rule the scanner's name for the finding @param level one of the format's levels */
    record Finding(String rule, String level) {}

    /** @throws IllegalArgumentException if there is no format of that name */
    public static ScanFormat of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mayfly.images.scanners: format " + word
                        + " is none of "
                        + Arrays.stream(values()).map(format -> format.word).collect(Collectors.joining(", "))));
    }

    /** Levels from the lowest to the highest; empty if the format has none. */
    public List<String> levels() {
        return levels;
    }

    /** The default threshold: the lowest level that fails an image. Empty if the format has no levels. */
    public String threshold() {
        return threshold;
    }

    private static <T> T read(InputStream document, Class<T> type) throws IOException {
        var read = JSON.readValue(document, type);
        if (read == null) {
            throw new IOException("it is null");
        }
        return read;
    }

    /** @throws IOException with the reason, if the document is not of this format */
    abstract List<Finding> findings(InputStream document) throws IOException;

    /**
     * The parts of a CycloneDX document (cyclonedx.org/docs/1.6/json) that count: severities of vulnerabilities that affect
     * the image.
     */
    record CycloneDxBom(String bomFormat, List<Vulnerability> vulnerabilities) {
        /** Analysis states in which the image is not affected. */
        private static final Set<String> NOT_AFFECTED =
                Set.of("not_affected", "false_positive", "resolved", "resolved_with_pedigree");

        private static final List<String> SEVERITIES = ScanFormat.CYCLONEDX.levels();

        record Vulnerability(String id, List<Rating> ratings, Analysis analysis) {
            /** The highest severity of all ratings; medium if no rating has a known one. */
            String severity() {
                return (ratings == null ? List.<Rating>of() : ratings)
                        .stream()
                                .map(Rating::severity)
                                .filter(severity -> severity != null && SEVERITIES.contains(severity))
                                .max(Comparator.comparingInt(SEVERITIES::indexOf))
                                .orElse("medium");
            }

            boolean counts() {
                return analysis == null || analysis.state() == null || !NOT_AFFECTED.contains(analysis.state());
            }
        }

        record Rating(String severity) {}

        record Analysis(String state) {}

        List<Finding> findings() throws IOException {
            if (!"CycloneDX".equals(bomFormat)) {
                throw new IOException("it is no CycloneDX document in JSON");
            }
            if (vulnerabilities == null) {
                throw new IOException("it has no list of vulnerabilities, so none were searched for");
            }
            return vulnerabilities.stream()
                    .filter(Vulnerability::counts)
                    .map(found -> new Finding(found.id() == null ? "?" : found.id(), found.severity()))
                    .toList();
        }
    }

    /**
     * The parts of a SARIF 2.1.0 log (docs.oasis-open.org/sarif/sarif/v2.1.0) that count: levels of results that are
     * failures.
     */
    record SarifLog(String version, List<Run> runs) {
        record Run(Tool tool, List<Invocation> invocations, List<Result> results) {
            List<Rule> rules() {
                return tool == null || tool.driver() == null || tool.driver().rules() == null
                        ? List.of()
                        : tool.driver().rules();
            }
        }

        record Tool(Driver driver) {}

        record Driver(List<Rule> rules) {}

        record Rule(String id, Configuration defaultConfiguration) {}

        record Configuration(String level) {}

        record Invocation(Boolean executionSuccessful) {}

        record Result(String ruleId, Integer ruleIndex, String kind, String level, List<Object> suppressions) {
            /** Results that are not failures have no level (3.27.10), and suppressed ones don't count (3.27.23). */
            boolean counts() {
                return (kind == null || kind.equals("fail")) && (suppressions == null || suppressions.isEmpty());
            }
        }

        List<Finding> findings() throws IOException {
            if (version == null || !version.startsWith("2.") || runs == null || runs.isEmpty()) {
                throw new IOException("it is no SARIF 2 log with a run");
            }
            for (var run : runs) {
                if (run.invocations() != null
                        && run.invocations().stream().anyMatch(i -> Boolean.FALSE.equals(i.executionSuccessful()))) {
                    throw new IOException("it says that its run did not succeed");
                }
                if (run.results() == null) { // 3.14.23: the run ended before it analyzed anything
                    throw new IOException("a run has no results, so nothing was scanned");
                }
            }
            return runs.stream()
                    .flatMap(
                            run -> run.results().stream().filter(Result::counts).map(result -> finding(run, result)))
                    .toList();
        }

        private static Finding finding(Run run, Result result) {
            var rule = rule(run, result);
            var id = Stream.of(result.ruleId(), rule.id())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("?");
            var level = result.level() != null
                    ? result.level()
                    : rule.defaultConfiguration() == null
                                    || rule.defaultConfiguration().level() == null
                            ? "warning" // 3.27.10: the default of both result and rule
                            : rule.defaultConfiguration().level();
            return new Finding(id, ScanFormat.SARIF.levels().contains(level) ? level : "error");
        }

        private static Rule rule(Run run, Result result) {
            var rules = run.rules();
            var index = result.ruleIndex() == null ? -1 : result.ruleIndex();
            return index >= 0 && index < rules.size()
                    ? rules.get(index)
                    : rules.stream()
                            .filter(rule -> rule.id() != null && rule.id().equals(result.ruleId()))
                            .findFirst()
                            .orElse(new Rule(null, null));
        }
    }
}
