package dev.mayfly.cli.why;

import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Listing;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ResourceOption;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly why}. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Say why a workload or task is as it is, and what to do.",
        description =
                "One paragraph: what it wants, what the operator sees, what holds it, and what to do. It is made of the"
                        + " status and of the Events of the last hour. With -o json or yaml: the fields wants, sees, holds and toDo.",
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly why web", "  mayfly why task/hello -n shop", "  mayfly why web -o json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or there is no such workload or task; the error output says what to do. With --exit-code also:"
                    + " something holds it",
            "2:wrong command line"
        })
public final class Why implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "A workload or task, as NAME, ew/NAME or task/NAME.")
    private String name;

    @Mixin
    private ResourceOption resource;

    @Option(names = "--exit-code", description = "Exit with 1 if something holds it.")
    private boolean holdingFails;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        try (var client = resource.connect()) {
            var found = resource.require(client, name);
            var explanation = Explanation.of(found, events(client, found), Instant.now());
            var out = spec.commandLine().getOut();
            if (output.isTable()) {
                out.println(Printable.of(explanation.paragraph()));
                out.flush();
            } else {
                output.print(named(found), () -> explanation, out);
            }
            return holdingFails && explanation.isHeld() ? Exit.FAILED : Exit.DONE;
        }
    }

    private static Listing<HasMetadata> named(HasMetadata resource) {
        var name = resource.getMetadata().getName();
        return new Listing<>(
                List.of(resource), List.of(), one -> one.getKind().toLowerCase(Locale.ROOT) + "/" + name, one -> name);
    }

    /** Without the right to list Events the status has to do. */
    private List<Event> events(KubernetesClient client, HasMetadata found) {
        try {
            return client.v1()
                    .events()
                    .inNamespace(found.getMetadata().getNamespace())
                    .withField("involvedObject.uid", found.getMetadata().getUid())
                    .list()
                    .getItems();
        } catch (KubernetesClientException refused) {
            Complaint.print(spec.commandLine(), Complaint.about(refused).orElseThrow(() -> refused));
            return List.of();
        }
    }
}
