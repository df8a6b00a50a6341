package dev.mayfly.cli.rollout;

import dev.mayfly.cli.DryRunOption;
import dev.mayfly.cli.Exit;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mayfly rollout restart}. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Replace all replicas of a workload with fresh ones, step by step.",
        description =
                "Writes the time into the annotation kubectl.kubernetes.io/restartedAt of its template.metadata, as"
                        + " kubectl does.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed; the error output says what to do", "2:wrong command line"})
public final class RolloutRestart implements Callable<Integer> {
    private static final String RESTARTED = "kubectl.kubernetes.io/restartedAt";

    @Mixin
    private WorkloadOption named;

    @Mixin
    private DryRunOption dryRun;

    @Override
    public Integer call() {
        try (var client = named.connect()) {
            var workload = named.requireActive(client, "replaced");
            if (dryRun.sends()) {
                var patch = client.getKubernetesSerialization().asJson(patch(Instant.now()));
                named.at(client).patch(dryRun.patch(PatchType.JSON_MERGE), patch);
            }
            named.report(workload, "restarted" + dryRun.suffix());
            return Exit.DONE;
        }
    }

    /** A JSON Merge Patch. */
    static Map<String, Object> patch(Instant now) {
        var time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return Map.of("spec", Map.of("template", Map.of("metadata", Map.of("annotations", Map.of(RESTARTED, time)))));
    }
}
