package dev.mayfly.cli.deleted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cli.OutputOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JournalsTest {
    private static final String LINE = """
            {"version":1,"kind":"EphemeralWorkload","namespace":"shop","name":"%s","uid":"%s","created":"2026-01-01T00:00:00Z","deleted":"2026-01-02T00:00:00Z","image":"shop:1","replicas":{"lived":4,"ended":{"Error":1,"Deleted":3},"complete":true},"findings":{"count":2,"truncated":false,"first":[]},"volumes":{"kept":["dockerVolume data"],"removed":[]},"left":[],"leftComplete":true}
            """;

    @TempDir
    private Path directory;

    @Test
    void bothFilesOfEachClusterAreRead() throws IOException {
        var cluster = Files.createDirectories(directory.resolve("feedfeedfeed"));
        Files.writeString(cluster.resolve("audit.jsonl.1"), LINE.formatted("web", "older"));
        Files.writeString(
                cluster.resolve("audit.jsonl"),
                LINE.formatted("other", "x") + LINE.formatted("web", "newer") + "{\"uid\":\"half");
        Files.createDirectories(directory.resolve("empty"));

        assertThat(read()).extracting(one -> one.text("uid")).containsExactly("older", "newer");
    }

    @Test
    void aMachineWithoutJournalsHasNone() {
        var found = new ArrayList<Deleted>();
        new Journals(directory.resolve("none")).read(one -> true, found::add);

        assertThat(found).isEmpty();
    }

    @Test
    void aLineOfTheJournalIsARow() throws IOException {
        Files.writeString(
                Files.createDirectories(directory.resolve("c")).resolve("audit.jsonl"), LINE.formatted("web", "u"));
        var event = Deleted.ofEvent("EphemeralTask", "shop", "web", "v", "2026-01-03T00:00:00Z", "words");
        var all = new ArrayList<>(read());
        all.add(event);

        assertThat(table(all))
                .containsExactly(
                        "shop EphemeralWorkload web 2026-01-02T00:00:00Z 4 1 Error, 3 Deleted 2 -",
                        "shop EphemeralTask web 2026-01-03T00:00:00Z - - - -");
        assertThat(ShowRecord.document(all).toString()).contains("\"message\":\"words\"", "\"dockerVolume data\"");
    }

    private List<Deleted> read() {
        var found = new ArrayList<Deleted>();
        new Journals(directory).read(one -> one.text("name").equals("web"), found::add);
        return found;
    }

    private static List<String> table(List<Deleted> deleted) {
        var option = new OutputOption();
        new CommandLine(option).parseArgs("--no-headers");
        var out = new StringWriter();
        option.print(ShowRecord.listing(deleted), new PrintWriter(out));
        return out.toString().lines().map(line -> line.replaceAll(" +", " ")).toList();
    }
}
