package dev.mayfly.docs;

import dev.mayfly.app.MayflyCommand;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Generates the reference of the command line from picocli's model. */
final class CommandLinePage {
    private static final String HEAD = """
            # Command line

            <!-- Generated from the commands' annotations by CommandLinePageTest. -->

            """;
    private static final int WIDTH = 100;

    private CommandLinePage() {}

    static String generate() {
        return commands(MayflyCommand.commandLine())
                .filter(command -> !command.getCommandName().equals("help")) // picocli's own: the same as --help
                .map(CommandLinePage::section)
                .collect(Collectors.joining("\n", HEAD, ""));
    }

    private static Stream<CommandLine> commands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(CommandLinePage::commands));
    }

    private static String section(CommandLine command) {
        var spec = command.getCommandSpec();
        var usage = spec.usageMessage();
        var text = new StringBuilder();
        text.append("## ").append(spec.qualifiedName()).append("\n\n");
        text.append(paragraphs(usage.header())).append(paragraphs(usage.description()));
        text.append("```\n").append(synopsis(spec)).append("\n```\n\n");
        if (!spec.subcommands().isEmpty()) {
            text.append("| Command | |\n|---|---|\n");
            spec.subcommands()
                    .forEach((name, sub) -> text.append("| `%s` | %s |\n"
                            .formatted(
                                    name,
                                    cell(sub.getCommandSpec().usageMessage().header()))));
            text.append('\n');
        }
        text.append("| Option | |\n|---|---|\n");
        spec.positionalParameters().forEach(parameter -> text.append(row(parameter)));
        spec.options().forEach(option -> text.append(row(option)));
        text.append("\n| Exit code | |\n|---|---|\n");
        usage.exitCodeList().forEach((code, meaning) -> text.append("| %s | %s |\n".formatted(code, cell(meaning))));
        if (usage.footer().length > 0) {
            text.append("\n<!-- not run: examples, which name files and objects of the reader -->\n```sh\n")
                    .append(Arrays.stream(usage.footer()).map(String::strip).collect(Collectors.joining("\n")))
                    .append("\n```\n");
        }
        return text.toString();
    }

    private static String synopsis(CommandSpec spec) {
        var help = new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(Ansi.OFF));
        spec.usageMessage().width(WIDTH);
        return help.synopsis(0).strip();
    }

    private static String row(PositionalParamSpec parameter) {
        return "| `%s` | %s |\n".formatted(parameter.paramLabel(), cell(parameter.renderedDescription()));
    }

    private static String row(OptionSpec option) {
        var value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return "| `%s%s` | %s |\n"
                .formatted(String.join("`, `", List.of(option.names())), value, cell(option.renderedDescription()));
    }

    private static String paragraphs(String... lines) {
        return Arrays.stream(lines).map(line -> line + "\n\n").collect(Collectors.joining());
    }

    private static String cell(String... lines) {
        return String.join(" ", lines).replace("|", "\\|");
    }
}
