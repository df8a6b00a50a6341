package dev.mayfly.cli;

import dev.mayfly.core.model.Globs;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option that selects rows of a list, as docker's does: values of one key are alternatives, all keys must match. */
public final class FilterOption {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "KEY=VALUE",
            description = "Only what matches; may be repeated. The keys are listed above.")
    private List<String> filters = List.of();

    /**
     * @param keys what a key's value is compared with
     * @throws ParameterException if a filter is malformed or has another key
     */
    public <T> Predicate<T> predicate(Map<String, BiPredicate<T, String>> keys) {
        var values = filters.stream()
                .map(filter -> parsed(filter, keys))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return thing -> values.entrySet().stream()
                .allMatch(key -> key.getValue().stream()
                        .anyMatch(value -> keys.get(key.getKey()).test(thing, value)));
    }

    private <T> Map.Entry<String, String> parsed(String filter, Map<String, BiPredicate<T, String>> keys) {
        var parts = filter.split("=", 2);
        if (parts.length < 2 || !keys.containsKey(parts[0])) {
            throw new ParameterException(
                    command.commandLine(),
                    "'" + Printable.of(filter) + "' is no filter: write KEY=VALUE with one of the keys "
                            + String.join(", ", new TreeSet<>(keys.keySet())));
        }
        return Map.entry(parts[0], parts[1]);
    }

    /** Whether the value is a part of the text, or a pattern of all of it. In a pattern {@code *} ends at a slash. */
    public static boolean matches(String text, String value) {
        return text.contains(value) || new Globs(List.of(value)).match(text);
    }
}
