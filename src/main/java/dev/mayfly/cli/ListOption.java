package dev.mayfly.cli;

import picocli.CommandLine.Option;

/** The option that selects a list's output format. */
public final class ListOption {
    public enum Format {
        TABLE,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "TABLE",
            description = "table or json. Default: table.")
    private Format format;

    public Format format() {
        return format;
    }
}
