package dev.mayfly.scanner;

import dev.mayfly.scanner.ScanFormat.Finding;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

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
                .flatMap(run -> run.results().stream().filter(Result::counts).map(result -> finding(run, result)))
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
