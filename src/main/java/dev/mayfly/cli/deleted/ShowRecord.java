package dev.mayfly.cli.deleted;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mayfly.cli.ClusterOption;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Listing;
import dev.mayfly.cli.Listing.Column;
import dev.mayfly.cli.NamespaceOption;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.cli.Printable;
import io.fabric8.kubernetes.api.model.Event;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly record}. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Show what a deleted workload or task did and left.",
        description = {
            "From the operator's journal if this is its machine and you may read it (as root), and from the Events Receipt of"
                    + " the cluster, which are kept for an hour.",
            "The fields of -o json are those of the journal; an Event has its sentence only, in message."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly record web", "  sudo mayfly record web -n shop -o json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or nothing is known of it; the error output says what to do",
            "2:wrong command line"
        })
public final class ShowRecord implements Callable<Integer> {
    private static final Path STATE = Path.of("/var/lib/mayfly");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "Name of the workload or task.")
    private String name;

    @Mixin
    private NamespaceOption namespaces;

    @Mixin
    private ClusterOption clusterAt;

    @Mixin
    private OutputOption output;

    /** By UID. A journal knows more than an Event. */
    private final Map<String, Deleted> found = new LinkedHashMap<>();

    private boolean complete = true;

    @Override
    public Integer call() {
        check(this::events);
        check(() -> new Journals(STATE).read(this::isMeant, this::add));
        var deleted = found.values().stream()
                .sorted(Comparator.comparing(Deleted::time))
                .toList();
        if (deleted.isEmpty()) {
            Complaint.print(
                    spec.commandLine(),
                    "Nothing is known of a deleted " + Printable.of(name)
                            + (complete
                                    ? ": mayfly why " + Printable.of(name) + " tells of one that is there"
                                    : " where it could be looked at"));
            return Exit.FAILED;
        }
        var out = spec.commandLine().getOut();
        output.print(listing(deleted), () -> document(deleted), out);
        if (output.isTable()) {
            deleted.stream()
                    .filter(one -> !one.isWhole())
                    .forEach(one -> spec.commandLine().getErr().println(Printable.of(one.text("message"))));
        }
        return complete ? Exit.DONE : Exit.FAILED;
    }

    /** A place that can't be read does not prevent the other. */
    private void check(Runnable reading) {
        try {
            reading.run();
        } catch (RuntimeException failure) {
            Complaint.print(spec.commandLine(), Complaint.about(failure).orElseThrow(() -> failure));
            complete = false;
        }
    }

    private void events() {
        try (var client = clusterAt.connect().orElse(null)) {
            if (client != null) {
                var events = client.v1().events();
                var listed = namespaces
                        .only()
                        .map(one -> events.inNamespace(one)
                                .withField("reason", "Receipt")
                                .list())
                        .orElseGet(() -> events.inAnyNamespace()
                                .withField("reason", "Receipt")
                                .list());
                listed.getItems().stream()
                        .map(ShowRecord::of)
                        .filter(this::isMeant)
                        .forEach(this::add);
            }
        }
    }

    private static Deleted of(Event event) {
        var about = event.getInvolvedObject();
        return Deleted.ofEvent(
                text(about.getKind()),
                text(about.getNamespace()),
                text(about.getName()),
                text(about.getUid()),
                text(event.getLastTimestamp()),
                text(event.getMessage()));
    }

    private static String text(String text) {
        return Objects.requireNonNullElse(text, "");
    }

    private boolean isMeant(Deleted deleted) {
        return deleted.text("name").equals(name.substring(name.indexOf('/') + 1))
                && namespaces.selects(deleted.text("namespace"));
    }

    private void add(Deleted deleted) {
        found.merge(deleted.text("uid"), deleted, (before, now) -> now.isWhole() ? now : before);
    }

    static Listing<Deleted> listing(List<Deleted> deleted) {
        return new Listing<>(
                deleted,
                List.of(
                        Column.of("NAMESPACE", one -> one.text("namespace")),
                        Column.of("KIND", one -> one.text("kind")),
                        Column.of("NAME", one -> one.text("name")),
                        Column.of("DELETED", one -> one.text("deleted")),
                        Column.of("LIVED", Deleted::lived),
                        Column.of("ENDED", Deleted::ended),
                        Column.of("WRITES", Deleted::writes),
                        Column.of("LEFT", Deleted::left),
                        Column.wide("CREATED", one -> one.text("created")),
                        Column.wide("KEPT", Deleted::kept),
                        Column.wide("IMAGE", one -> one.text("image")),
                        Column.wide("UID", one -> one.text("uid"))),
                one -> one.text("kind").toLowerCase(Locale.ROOT) + "/" + one.text("name"),
                one -> one.text("uid"));
    }

    static Object document(List<Deleted> deleted) {
        var document = JsonNodeFactory.instance.arrayNode();
        deleted.forEach(one -> document.add(one.fields()));
        return document;
    }
}
