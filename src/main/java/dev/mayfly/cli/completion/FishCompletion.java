package dev.mayfly.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes a completion script for fish, which picocli has none for: a line for each command, option and value. */
final class FishCompletion {
    private final String root;
    private final List<String> lines = new ArrayList<>();

    private FishCompletion(String root) {
        this.root = root;
    }

    /** Subcommands of subcommands are completed, too. */
    static String of(CommandSpec root) {
        var script = new FishCompletion(root.name());
        script.lines.add("# fish completion of " + root.name());
        script.add("-f"); // files only where an option or command takes them
        script.command("", root);
        return String.join("\n", script.lines) + "\n";
    }

    /** @param within when the command is the one that is being typed, or one of its subcommands; empty: always */
    private void command(String within, CommandSpec command) {
        var names = String.join(" ", command.subcommands().keySet());
        var here = names.isEmpty() ? within : and(within, "not __fish_seen_subcommand_from " + names);
        options(here, command);
        for (var parameter : command.positionalParameters()) {
            candidates(parameter).ifPresent(words -> add("-n " + quoted(here), "-a " + quoted(words)));
        }
        command.subcommands().forEach((name, subcommand) -> {
            var spec = subcommand.getCommandSpec();
            add(
                    "-n " + quoted(here),
                    "-a " + name,
                    "-d " + quoted(first(spec.usageMessage().header())));
            command(and(within, "__fish_seen_subcommand_from " + name), spec);
        });
    }

    private static String and(String condition, String other) {
        return condition.isEmpty() ? other : condition + "; and " + other;
    }

    private void options(String condition, CommandSpec command) {
        for (var option : command.options()) {
            var words = new ArrayList<String>();
            words.add("-n " + quoted(condition));
            for (var name : option.names()) {
                words.add(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
            }
            words.add("-d " + quoted(first(option.description())));
            words.addAll(value(option));
            add(words.toArray(String[]::new));
        }
    }

    private static List<String> value(OptionSpec option) {
        if (option.arity().max() == 0) {
            return List.of();
        }
        return candidates(option)
                .map(words -> List.of("-x", "-a " + quoted(words)))
                .orElse(option.paramLabel().equals("FILE") ? List.of("-r", "-F") : List.of("-x"));
    }

    private static Optional<String> candidates(ArgSpec argument) {
        return Optional.ofNullable(argument.completionCandidates())
                .map(words -> StreamSupport.stream(words.spliterator(), false).collect(Collectors.joining(" ")));
    }

    private void add(String... words) {
        lines.add("complete -c " + root + " " + String.join(" ", words));
    }

    private static String first(String... lines) {
        return lines.length == 0 ? "" : lines[0];
    }

    /** In single quotes, within which fish reads only the backslash and the quote itself as signs. */
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
