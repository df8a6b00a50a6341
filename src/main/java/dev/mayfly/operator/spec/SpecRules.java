package dev.mayfly.operator.spec;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Ephemerality.Scratch;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.ResourceOwner;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Checks a spec against the operator's configuration, and for errors that the API server can't detect. */
final class SpecRules {
    private final MayflyConfig config;
    private final SpecVolumeRules volumes;

    SpecRules(MayflyConfig config) {
        this.config = config;
        this.volumes = new SpecVolumeRules(config);
    }

    /** @throws InvalidSpec if a rule is violated */
    void check(Templated workload, String runtime, Template template) {
        checkRuntime(workload, runtime);
        checkNetwork(template);
        checkCapabilities(template);
        checkAmounts(template);
        ScratchRules.check(template);
        checkLengths(template, ResourceOwner.of(workload));
        volumes.check(template, workload.getMetadata().getNamespace());
    }

    private void checkRuntime(Templated workload, String runtime) {
        if (runtime.equals("Simulated") && !config.runtime().simulatedAllowed()) {
            throw new InvalidSpec(
                    "runtime Simulated is not allowed here: use runtime: Docker, or have the operator configured with"
                            + " mayfly.runtime.simulated-allowed=true");
        }
        var started = workload.startedRuntime();
        if (started != null && !started.equals(runtime)) {
            throw new InvalidSpec("it has started with runtime " + started
                    + ": set spec.runtime back, or delete it and create it again");
        }
    }

    private void checkNetwork(Template template) {
        if (template.network().mode() == Network.Mode.Bridge
                && !config.network().bridgeAllowed()) {
            throw new InvalidSpec(
                    "network Bridge is not allowed here: use network: Namespace or None, or have the operator"
                            + " configured with mayfly.network.bridge-allowed=true");
        }
    }

    private void checkCapabilities(Template template) {
        var refused = new TreeSet<>(template.security().addCapabilities());
        refused.removeAll(config.capabilitiesAllowed());
        if (!refused.isEmpty()) {
            throw new InvalidSpec("capabilities " + refused + " may not be added here: remove them from"
                    + " securityContext.capabilities.add; allowed are "
                    + new TreeSet<>(config.capabilitiesAllowed()));
        }
    }

    private static void checkAmounts(Template template) {
        var resources = template.resources();
        var amounts = LongStream.of(
                resources.requests().cpuMillis(),
                resources.requests().memoryBytes(),
                resources.limitCpuMillis(),
                resources.limitMemoryBytes(),
                written(template.volumes()));
        var scratch = template.ephemerality().scratch().stream().mapToLong(Scratch::sizeBytes);
        if (LongStream.concat(amounts, scratch).anyMatch(amount -> amount >= SpecResources.TOO_MUCH)) {
            throw new InvalidSpec(
                    "resources, an emptyDir's or scratch's sizeLimit are more than any engine has: lower them");
        }
    }

    /** Checks the replica with the longest name. */
    private static void checkLengths(Template template, OwnerId owner) {
        try {
            var variables = ReplicaVariables.of(template, new ReplicaId(owner, Integer.MAX_VALUE, 1));
            variables.expandAll(template.process().command());
            variables.expandAll(template.process().args());
            template.mounts().forEach(variables::subPath);
        } catch (IllegalArgumentException wrong) {
            throw new InvalidSpec(wrong.getMessage());
        }
    }

    private static long written(Map<String, Volume> volumes) {
        return volumes.values().stream()
                .mapToLong(volume -> volume instanceof Volume.EmptyDir dir ? dir.memoryBytes() : 0)
                .sum();
    }
}
