package dev.mayfly.node.registration;

import dev.mayfly.runtime.ContainerAccess.EgressState;
import dev.mayfly.runtime.ContainerAccess.EngineDescription;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddressBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Node object of a virtual node, as a function of what is known about the engine.
 *
 * @param name of the node, at most 63 characters
 * @param cluster ID of the cluster and installation
 * @param runtime scheme of container IDs, such as {@code docker}
 * @param version of the operator
 * @param maxPods 0 or more
 */
public record NodeObject(String name, String cluster, String runtime, String version, int maxPods) {
    /** Label and taint of every virtual node. */
    public static final String VIRTUAL_NODE = Ownership.PREFIX + "virtual-node";

    static final String READY = "Ready";
    /** Whether replicas are kept from the ports of the engine's host. */
    private static final String EGRESS = "ReplicaEgressClosed";

    /** The kubelet's API that is served is that of this release; tools compare it with their own version. */
    private static final String KUBELET = "v1.34.0+mayfly.";

    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String UNKNOWN = "Unknown";
    private static final List<Taint> TAINTS = Stream.of("NoSchedule", "NoExecute")
            .map(effect ->
                    new TaintBuilder().withKey(VIRTUAL_NODE).withEffect(effect).build())
            .toList();

    /** Where the kubelet's API is served. */
    record Endpoint(String address, int port) {}

    /** Labels by which the virtual nodes of an installation are found. */
    static Map<String, String> selector(String cluster) {
        return Map.of(VIRTUAL_NODE, "true", Ownership.CLUSTER, cluster);
    }

    /** True if this installation made the Node; false for a real one, and that of another installation or cluster. */
    boolean owns(Node node) {
        var labels = node.getMetadata().getLabels();
        return labels != null && labels.entrySet().containsAll(selector(cluster).entrySet());
    }

    /** The Node without a status. */
    Node created(EngineDescription engine) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels(engine))
                .endMetadata()
                .withNewSpec()
                .withTaints(TAINTS)
                .endSpec()
                .build();
    }

    private Map<String, String> labels(EngineDescription engine) {
        var labels = new HashMap<>(selector(cluster));
        labels.put("kubernetes.io/hostname", name);
        labels.put("kubernetes.io/os", engine.osType());
        labels.put("kubernetes.io/arch", engine.architecture());
        labels.put("node.kubernetes.io/exclude-from-external-load-balancers", "");
        labels.put("type", "virtual-kubelet");
        return labels;
    }

    /**
     * A patch that gives the Node the labels and taints that it lacks, of exactly that resource version; empty if it lacks
     * none. Those of others stay.
     */
    Optional<Node> correction(Node node, EngineDescription engine) {
        var existing = Optional.ofNullable(node.getSpec().getTaints()).orElse(List.of());
        var taints = new ArrayList<>(existing);
        TAINTS.stream()
                .filter(ours -> existing.stream().noneMatch(taint -> sameTaint(taint, ours)))
                .forEach(taints::add);
        var labels = labels(engine);
        if (taints.size() == existing.size()
                && node.getMetadata().getLabels().entrySet().containsAll(labels.entrySet())) {
            return Optional.empty();
        }
        return Optional.of(new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withResourceVersion(node.getMetadata().getResourceVersion())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withTaints(taints)
                .endSpec()
                .build());
    }

    private static boolean sameTaint(Taint one, Taint other) {
        return one.getKey().equals(other.getKey()) && one.getEffect().equals(other.getEffect());
    }

    /**
     * @param answers false if the engine has not answered for a while
     * @param previous the status that the Node has; empty: none yet
     */
    NodeStatus status(
            EngineDescription engine, Endpoint endpoint, boolean answers, Instant now, Optional<NodeStatus> previous) {
        var capacity = Map.of(
                "cpu", new Quantity(Integer.toString(engine.cpus())),
                "memory", new Quantity(engine.memoryBytes() / 1024 + "Ki"),
                "pods", new Quantity(Integer.toString(maxPods)));
        return new NodeStatusBuilder()
                .withCapacity(capacity)
                .withAllocatable(capacity)
                .withAddresses(new NodeAddressBuilder()
                        .withType("InternalIP")
                        .withAddress(endpoint.address())
                        .build())
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(endpoint.port())
                .endDaemonEndpoints()
                .withConditions(conditions(engine, answers, now, previous))
                .withNewNodeInfo()
                .withKubeletVersion(KUBELET + version)
                .withContainerRuntimeVersion(runtime + "://" + engine.version())
                .withOsImage(engine.operatingSystem())
                .withKernelVersion(engine.kernel())
                .withOperatingSystem(engine.osType())
                .withArchitecture(engine.architecture())
                // Those of the machine belong to its real node: by them the engine's node is found.
                .withMachineID("")
                .withSystemUUID("")
                .withBootID("")
                .withKubeProxyVersion("")
                .endNodeInfo()
                .build();
    }

    private static List<NodeCondition> conditions(
            EngineDescription engine, boolean answers, Instant now, Optional<NodeStatus> previous) {
        var known = previous.map(NodeStatus::getConditions).orElse(List.of()).stream()
                .collect(Collectors.toMap(NodeCondition::getType, each -> each, (first, second) -> first));
        var ready = answers
                ? condition(READY, TRUE, "EngineAnswers", "the operator shows replicas as Pods")
                : condition(READY, FALSE, "EngineUnreachable", "the engine does not answer the operator");
        return Stream.concat(
                        Stream.of(ready, egress(engine.egress())),
                        Stream.of("MemoryPressure", "DiskPressure", "PIDPressure")
                                .map(type -> condition(
                                        type, FALSE, "NotMeasured", "the operator does not measure it on the engine")))
                .map(each -> timed(each, now, Optional.ofNullable(known.get(each.getType()))))
                .toList();
    }

    private static NodeCondition egress(EgressState state) {
        return switch (state.status()) {
            case OPEN ->
                condition(EGRESS, FALSE, "HostReachable", "replicas reach the host's ports: " + state.reason());
            case CLOSED -> condition(EGRESS, TRUE, "HostClosed", "replicas don't reach the host's ports");
            case UNKNOWN -> condition(EGRESS, UNKNOWN, "NotLookedAt", state.reason());
        };
    }

    private static NodeCondition condition(String type, String status, String reason, String message) {
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .build();
    }

    private static NodeCondition timed(NodeCondition condition, Instant now, Optional<NodeCondition> previous) {
        var time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new NodeConditionBuilder(condition)
                .withLastHeartbeatTime(time)
                .withLastTransitionTime(previous.filter(last -> last.getStatus().equals(condition.getStatus()))
                        .map(NodeCondition::getLastTransitionTime)
                        .orElse(time))
                .build();
    }

    /** True if the statuses differ in more than the times of their conditions and what others add. */
    static boolean differ(NodeStatus wanted, NodeStatus existing) {
        return existing == null
                || !Objects.equals(wanted.getCapacity(), existing.getCapacity())
                || !Objects.equals(wanted.getAddresses(), existing.getAddresses())
                || !Objects.equals(wanted.getDaemonEndpoints(), existing.getDaemonEndpoints())
                || !machine(wanted).equals(machine(existing))
                || !states(existing).entrySet().containsAll(states(wanted).entrySet());
    }

    private static List<String> machine(NodeStatus status) {
        var machine = status.getNodeInfo();
        return machine == null
                ? List.of()
                : Stream.of(
                                machine.getKubeletVersion(),
                                machine.getContainerRuntimeVersion(),
                                machine.getOsImage(),
                                machine.getKernelVersion(),
                                machine.getArchitecture())
                        .map(String::valueOf)
                        .toList();
    }

    private static Map<String, String> states(NodeStatus status) {
        return status.getConditions().stream()
                .collect(Collectors.toMap(NodeCondition::getType, NodeCondition::getStatus, (first, second) -> first));
    }
}
