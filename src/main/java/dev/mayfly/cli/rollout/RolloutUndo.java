package dev.mayfly.cli.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.cli.DryRunOption;
import dev.mayfly.cli.Exit;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly rollout undo}. */
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Go back to an earlier revision of a workload.",
        description =
                "Gives the workload the template, the ephemerality and the runtime of that revision, which is a rollout"
                        + " like any other. Its number of replicas and all else stay as they are.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or there was nothing to change",
            "1:failed, or there is no such revision; the error output says what to do",
            "2:wrong command line"
        })
public final class RolloutUndo implements Callable<Integer> {
    @Mixin
    private WorkloadOption named;

    @Option(
            names = "--to-revision",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "As rollout history numbers them. Default: 0, the one before the current.")
    private long number;

    @Mixin
    private DryRunOption dryRun;

    @Override
    public Integer call() {
        try (var client = named.connect()) {
            var workload = named.requireActive(client, "rolled back");
            var revisions = StoredRevision.read(client, workload);
            var current = workload.getStatus() == null
                    ? ""
                    : Objects.requireNonNullElse(workload.getStatus().updateRevision(), "");
            var serialization = client.getKubernetesSerialization();
            var spec = serialization.convertValue(workload, JsonNode.class).path("spec");
            var runtime = Objects.requireNonNullElse(workload.startedRuntime(), "");
            var to = number == 0
                    ? Undo.running(workload, revisions, current)
                            .filter(one -> !Undo.patch(spec, runtime, one).isEmpty())
                            .orElseGet(() -> Undo.previous(revisions, current))
                    : Undo.numbered(revisions, number);
            var patch = Undo.patch(spec, runtime, to);
            if (!patch.isEmpty() && dryRun.sends()) {
                named.at(client).patch(dryRun.patch(PatchType.JSON), serialization.asJson(patch));
            }
            named.report(
                    workload,
                    patch.isEmpty()
                            ? "unchanged, it is at revision " + to.number()
                            : "rolled back to revision " + to.number() + dryRun.suffix());
            return Exit.DONE;
        }
    }
}
