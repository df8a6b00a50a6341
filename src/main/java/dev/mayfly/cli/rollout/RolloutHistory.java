package dev.mayfly.cli.rollout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Listing;
import dev.mayfly.cli.Listing.Column;
import dev.mayfly.cli.OutputOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mayfly rollout history}. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List the revisions of a workload.",
        description = {
            "The oldest first. CHANGE-CAUSE is the annotation kubernetes.io/change-cause of the revision's"
                    + " template.metadata.",
            "STATE is current for the revision that the workload asks for, running for the one that runs in its place."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or there is no such revision; the error output says what to do",
            "2:wrong command line"
        })
public final class RolloutHistory implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private WorkloadOption named;

    @Option(names = "--revision", paramLabel = "NUMBER", description = "Print that revision's template.")
    private Long revision;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        try (var client = named.connect()) {
            var workload = named.require(client);
            var revisions = StoredRevision.read(client, workload);
            var out = spec.commandLine().getOut();
            if (revision == null) {
                output.print(listing(workload, revisions), () -> document(workload, revisions), out);
                return Exit.DONE;
            }
            var chosen = Undo.numbered(revisions, revision);
            if (chosen.spec().isMissingNode()) {
                throw new Refusal("Revision " + revision + " can't be read: its ControllerRevision holds no template");
            }
            out.print(client.getKubernetesSerialization().asYaml(chosen.template()));
            out.flush();
            return Exit.DONE;
        }
    }

    static Listing<StoredRevision> listing(EphemeralWorkload workload, List<StoredRevision> revisions) {
        return new Listing<>(
                revisions,
                List.of(
                        Column.of("REVISION", one -> Long.toString(one.number())),
                        Column.of("NAME", StoredRevision::name),
                        Column.of("STATE", one -> dash(state(workload, one))),
                        Column.of("IMAGE", one -> dash(one.image())),
                        Column.wide(
                                "DIGEST",
                                one -> dash(one.pin().map(pin -> pin.digest()).orElse(""))),
                        Column.of("CREATED", one -> dash(one.created())),
                        Column.of("CHANGE-CAUSE", one -> dash(one.cause()))),
                one -> "revision/" + one.number(),
                one -> Long.toString(one.number()));
    }

    private static Object document(EphemeralWorkload workload, List<StoredRevision> revisions) {
        var document = JsonNodeFactory.instance.arrayNode();
        for (var one : revisions) {
            document.addObject()
                    .put("revision", one.number())
                    .put("name", one.name())
                    .put("state", state(workload, one))
                    .put("image", one.image())
                    .put("digest", one.pin().map(pin -> pin.digest()).orElse(""))
                    .put("created", one.created())
                    .put("changeCause", one.cause())
                    .set("template", one.template().isObject() ? one.template() : null);
        }
        return document;
    }

    private static String state(EphemeralWorkload workload, StoredRevision revision) {
        var status = workload.getStatus();
        if (status == null) {
            return "";
        }
        if (revision.name().equals(status.updateRevision())) {
            return "current";
        }
        return revision.name().equals(status.rolledBackTo()) || revision.name().equals(status.currentRevision())
                ? "running"
                : "";
    }

    private static String dash(String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }
}
