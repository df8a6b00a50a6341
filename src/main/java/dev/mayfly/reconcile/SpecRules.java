package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.model.Ephemerality.Scratch;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.ReplicaVariables;
import dev.mayfly.model.Template;
import dev.mayfly.model.Template.Network;
import dev.mayfly.model.Volume;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** What the operator's configuration allows, and what the API server can't check. */
final class SpecRules {
    private final MayflyConfig config;

    SpecRules(MayflyConfig config) {
        this.config = config;
    }

    /** @throws InvalidSpec where a rule is broken */
    void check(EphemeralWorkload workload, String runtime, Template template) {
        checkRuntime(workload, runtime);
        checkNetwork(template);
        checkCapabilities(template);
        checkMounts(template);
        checkAmounts(template);
        ScratchRules.check(template);
        checkLengths(template, SpecReader.owner(workload));
        template.volumes().forEach((name, volume) -> {
            if (volume instanceof Volume.HostPath hostPath) {
                checkHostPath(name, hostPath, workload.getMetadata().getNamespace());
            }
        });
    }

    private void checkRuntime(EphemeralWorkload workload, String runtime) {
        if (runtime.equals("Simulated") && !config.runtime().simulatedAllowed()) {
            throw new InvalidSpec(
                    "runtime Simulated is not allowed here: use runtime: Docker, or have the operator configured with"
                            + " mayfly.runtime.simulated-allowed=true");
        }
        var started = workload.getStatus() == null ? null : workload.getStatus().runtime();
        if (started != null && !started.equals(runtime)) {
            throw new InvalidSpec("the workload has started with runtime " + started
                    + ": set it back, or delete the workload and" + " create it again");
        }
    }

    private void checkNetwork(Template template) {
        if (template.network() == Network.Bridge && !config.network().bridgeAllowed()) {
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

    private static void checkMounts(Template template) {
        var paths = new HashSet<String>();
        for (var mount : template.mounts()) {
            if (!paths.add(mount.path())) {
                throw new InvalidSpec(
                        "two of volumeMounts have the mountPath " + mount.path() + ": change one of them");
            }
            if (!template.volumes().containsKey(mount.volume())) {
                throw new InvalidSpec("volumeMounts names the volume '" + mount.volume()
                        + "', which volumes does not have: add it" + " there, or correct the name");
            }
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

    /** In the replica with the longest name. */
    private static void checkLengths(Template template, OwnerId owner) {
        try {
            var variables = ReplicaVariables.of(template, new ReplicaId(owner, Integer.MAX_VALUE, 1));
            variables.expandAll(template.command());
            variables.expandAll(template.args());
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

    /**
     * Only directly in a prefix: what lies deeper could be in another replica's mount, which could put a link in its
     * place that the engine then follows.
     */
    private void checkHostPath(String name, Volume.HostPath volume, String namespace) {
        var prefixes = config.hostPathPrefixes().stream()
                .map(prefix -> prefix.replace("<namespace>", namespace))
                .toList();
        if (prefixes.stream().noneMatch(prefix -> directlyIn(prefix, volume.path()))) {
            throw new InvalidSpec(
                    "the hostPath " + volume.path() + " of volume '" + name + "' is not allowed here: it must lie"
                            + " directly in " + String.join(" or ", prefixes) + ", such as " + prefixes.getFirst()
                            + "/" + name);
        }
    }

    /** Compares text, not files: not every name that the API server takes is a {@link java.nio.file.Path} in every locale. */
    private static boolean directlyIn(String prefix, String path) {
        var slash = path.lastIndexOf('/');
        var name = path.substring(slash + 1);
        return slash >= 0
                && !name.isEmpty()
                && !name.equals("..")
                && SpecVolumes.normal(prefix + "/").equals(SpecVolumes.normal(path.substring(0, slash + 1)));
    }
}
