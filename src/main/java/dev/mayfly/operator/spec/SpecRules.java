package dev.mayfly.operator.spec;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.HostPorts;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Ephemerality.Scratch;
import dev.mayfly.core.model.MemoryBudget;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
        FieldSupport.check(workload, runtime);
        checkNetwork(template);
        checkHostPorts(template.network(), workload.getMetadata().getNamespace());
        checkCapabilities(template);
        checkAmounts(template);
        ScratchRules.check(template);
        checkLengths(template, Owners.of(workload));
        volumes.check(template, workload.getMetadata().getNamespace());
    }

    private void checkRuntime(Templated workload, String runtime) {
        var offered = offered();
        if (!offered.contains(runtime)) {
            var removed = offered.contains(config.runtime().byDefault()) ? ", or remove it" : "";
            throw new InvalidSpec("this operator does not offer the runtime " + runtime + ": set spec.runtime to "
                    + String.join(" or ", offered) + removed);
        }
        var started = workload.startedRuntime();
        if (workload instanceof EphemeralTask && started != null && !started.equals(runtime)) {
            throw new InvalidSpec("it has started with runtime " + started
                    + ": set spec.runtime back, or delete it and create it again");
        }
    }

    private List<String> offered() {
        var offered = new ArrayList<String>();
        if (config.runtime().dockerAllowed()) {
            offered.add("Docker");
        }
        if (config.runtime().podsAllowed()) {
            offered.add(SpecPlacement.PODS);
        }
        if (config.runtime().simulatedAllowed()) {
            offered.add("Simulated");
        }
        return offered;
    }

    private void checkNetwork(Template template) {
        if (template.network().mode() == Network.Mode.Bridge
                && !config.network().bridgeAllowed()) {
            throw new InvalidSpec(
                    "network Bridge is not allowed here: use network: Namespace or None, or have the operator"
                            + " configured with mayfly.network.bridge-allowed=true");
        }
    }

    private void checkHostPorts(Network network, String namespace) {
        var published = network.hostPorts();
        var most = config.hostPorts().maxPerNamespace();
        if (published.size() > most) {
            throw new InvalidSpec("ports has " + published.size() + " hostPorts, and a namespace may have " + most
                    + " (mayfly.host-ports.max-per-namespace): remove some; replicas of a namespace need"
                    + " none to reach each other");
        }
        var allowed = config.hostPorts().allowed().orElse(List.of()).stream()
                .filter(ports -> ports.concern(namespace))
                .toList();
        var refused = published.stream()
                .filter(port -> allowed.stream().noneMatch(ports -> ports.contain(port)))
                .sorted()
                .distinct()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        if (!refused.isEmpty()) {
            var remedy = allowed.isEmpty()
                    ? "remove it"
                    : allowed.stream().map(HostPorts::range).collect(Collectors.joining(", ", "use one of ", ""));
            throw new InvalidSpec("hostPort " + refused + " is not allowed here: " + remedy
                    + ", or have the operator configured with mayfly.host-ports.allowed");
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

    /** Checks that scratch directories and volumes in memory fit the memory limit, and that each has a path of its own. */
    static final class ScratchRules {
        private static final long MEBIBYTE = 1L << 20;

        /** Memory is allocated in pages. */
        private static final long PAGE = 4096;

        private ScratchRules() {}

        /** @throws InvalidSpec if a rule is violated */
        static void check(Template template) {
            checkPlaces(template);
            checkMemory(template);
        }

        private static void checkPlaces(Template template) {
            var mounts = template.mounts().stream().map(Template.Mount::path).toList();
            var paths = new HashSet<String>();
            for (var scratch : template.ephemerality().scratch()) {
                if (!paths.add(scratch.path())) {
                    throw new InvalidSpec(
                            "two of scratch have the path " + scratch.path() + ": change or remove one of them");
                }
                if (scratch.sizeBytes() < PAGE) {
                    throw new InvalidSpec("the scratch directory " + scratch.path()
                            + " has a sizeLimit below 4Ki, less than memory is handed out in: raise it");
                }
                if (template.ephemerality().scratchGiven() && mounts.contains(scratch.path())) {
                    throw new InvalidSpec("both scratch and volumeMounts have the path " + scratch.path()
                            + ": remove it from one of them");
                }
            }
        }

        private static void checkMemory(Template template) {
            var memory = MemoryBudget.of(template);
            if (!memory.fits()) {
                throw new InvalidSpec(
                        "scratch directories with a size and volumes with emptyDir.medium: Memory (64Mi each without"
                                + " a sizeLimit) take up to " + mebibytes(memory.fixedBytes())
                                + " in all, which with shared memory and other scratch space is more than half of limits.memory: raise"
                                + " limits.memory to " + mebibytes(memory.neededLimit()) + " or lower sizeLimit");
            }
        }

        private static String mebibytes(long bytes) {
            return Math.ceilDiv(bytes, MEBIBYTE) + "Mi";
        }
    }
}
