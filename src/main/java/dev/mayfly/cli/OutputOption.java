package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import dev.mayfly.cli.Listing.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The options that select the form of a list. */
public final class OutputOption {
    /** The form of a list. */
    public enum Format {
        TABLE,
        WIDE,
        JSON,
        YAML,
        NAME;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, wide (with all columns, unabridged), json, yaml or name. Default: table.")
    private Format format;

    @Option(names = "--no-headers", description = "Print tables without their header.")
    private boolean noHeaders;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only ids, or names of what has no id, one a line.")
    private boolean quiet;

    /** {@code TABLE}, or {@code NAME} for {@code --quiet}, unless another format is given. */
    public Format format() {
        return quiet ? Format.NAME : format;
    }

    /** True for a table, which people read: only then is something to be said beside it. */
    public boolean isTable() {
        return format() == Format.TABLE || format() == Format.WIDE;
    }

    /** @param document all that is known, as Jackson writes it; for JSON and YAML */
    public <T> void print(Listing<T> listing, Supplier<Object> document, PrintWriter out) {
        switch (format()) {
            case TABLE, WIDE, NAME -> print(listing, out);
            case JSON -> out.println(text(Mappers.JSON, document.get()));
            case YAML -> out.print(text(Mappers.YAML, document.get()));
        }
        out.flush();
    }

    /** Prints a table or names; nothing of an empty list. */
    public <T> void print(Listing<T> listing, PrintWriter out) {
        if (isTable()) {
            table(listing, out);
        } else {
            var text = quiet ? listing.id() : listing.name();
            listing.items().forEach(item -> out.println(Printable.of(text.apply(item))));
        }
        out.flush();
    }

    private <T> void table(Listing<T> listing, PrintWriter out) {
        if (listing.items().isEmpty()) {
            return;
        }
        var wide = format == Format.WIDE;
        var columns = listing.columns().stream()
                .filter(column -> wide || !column.wide())
                .toList();
        var rows = new ArrayList<List<String>>();
        if (!noHeaders) {
            rows.add(columns.stream().map(Column::header).toList());
        }
        for (var item : listing.items()) {
            rows.add(columns.stream()
                    .map(column -> Printable.of(column.cell().apply(item, wide)))
                    .toList());
        }
        Columns.print(rows, out);
    }

    private static String text(ObjectMapper mapper, Object document) {
        try {
            return mapper.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loaded when first needed: a table starts faster without them. */
    private static final class Mappers {
        static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
                .disable(Feature.WRITE_DOC_START_MARKER)
                .disable(Feature.SPLIT_LINES)
                .enable(Feature.MINIMIZE_QUOTES)
                .build());
    }
}
