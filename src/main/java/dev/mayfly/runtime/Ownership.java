package dev.mayfly.runtime;

import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Text;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Labels and names that identify a container's owner, and how to read them. A container is ours only if it has
 * <em>all</em> labels <em>and</em> the derived name: {@code docker commit} and image LABELs copy labels to other
 * containers.
 */
public final class Ownership {
    public static final String PREFIX = "mayfly.dev/";
    public static final String CLUSTER = PREFIX + "cluster";
    public static final String NAMESPACE = PREFIX + "namespace";
    public static final String RECLAIM_POLICY = PREFIX + "reclaim-policy";
    public static final String STOP_SIGNAL = PREFIX + "stop-signal";
    /** The preStop hook, as JSON. */
    public static final String PRE_STOP = PREFIX + "pre-stop";
    /** Seconds between the stop signal and the kill. */
    public static final String GRACE = PREFIX + "grace-seconds";
    /** The container's probes, as JSON. */
    public static final String PROBES = PREFIX + "probes";
    /** Size limits of {@code emptyDir} volumes on disk. */
    public static final String EMPTY_DIR_LIMITS = PREFIX + "empty-dir-limits";
    /** How the container's writes are handled: a {@link Mode}. */
    public static final String MODE = PREFIX + "ephemerality";
    /** Whose last output may be shown: {@code true} for failed replicas, {@code always} for every replica. */
    private static final String LOGS_ON_ERROR = PREFIX + "logs-on-error";

    private static final String FAILED = "true";
    private static final String EVERY = "always";

    static final String KIND = PREFIX + "kind";
    public static final String OWNER_UID = PREFIX + "owner-uid";
    static final String NAME = PREFIX + "name";
    private static final String SLOT = PREFIX + "slot";
    private static final String ATTEMPT = PREFIX + "attempt";
    private static final String REVISION = PREFIX + "revision";
    private static final String FAILURES = PREFIX + "failures";
    private static final String RESTARTS = PREFIX + "restarts";
    private static final String NOT_BEFORE = PREFIX + "not-before";
    private static final String CPU = PREFIX + "cpu-millis";
    private static final String MEMORY = PREFIX + "memory-bytes";

    private Ownership() {}

    /** Contents of the labels and name of a container that is ours. */
    public record Mark(
            ReplicaId id, String revision, int failures, int restarts, Instant notBefore, Requests requests) {}

    /** Name of the container: {@code mayfly_default_web-3_1_0a1b2c3d}. */
    public static String containerName(ReplicaId id) {
        var owner = id.owner();
        var uid = Text.atMost(owner.uid(), 8);
        return "mayfly_" + owner.namespace() + "_" + id.replica() + "_" + id.attempt() + "_" + uid;
    }

    /** All labels for a launch in that cluster, except those of {@link #labels(Output)}. */
    public static Map<String, String> labels(String cluster, Launch launch) {
        var owner = launch.id().owner();
        var requests = launch.template().resources().requests();
        var labels = new HashMap<String, String>();
        labels.put(CLUSTER, cluster);
        labels.put(KIND, owner.kind());
        labels.put(OWNER_UID, owner.uid());
        labels.put(NAMESPACE, owner.namespace());
        labels.put(NAME, owner.name());
        labels.put(SLOT, Integer.toString(launch.id().slot()));
        labels.put(ATTEMPT, Integer.toString(launch.id().attempt()));
        labels.put(REVISION, launch.revision());
        labels.put(FAILURES, Integer.toString(launch.failures()));
        labels.put(RESTARTS, Integer.toString(launch.restarts()));
        labels.put(NOT_BEFORE, launch.notBefore().toString());
        labels.put(MODE, launch.template().ephemerality().mode().name());
        labels.put(CPU, Long.toString(requests.cpuMillis()));
        labels.put(MEMORY, Long.toString(requests.memoryBytes()));
        return labels;
    }

    /** The label that records whose last output may be shown; empty if none may be. */
    public static Map<String, String> labels(Output shown) {
        return switch (shown) {
            case NONE -> Map.of();
            case OF_FAILURES -> Map.of(LOGS_ON_ERROR, FAILED);
            case OF_EVERY_END -> Map.of(LOGS_ON_ERROR, EVERY);
        };
    }

    /** Whose last output may be shown; an unknown value allows none. */
    public static Output output(Map<String, String> labels) {
        return switch (labels.getOrDefault(LOGS_ON_ERROR, "")) {
            case FAILED -> Output.OF_FAILURES;
            case EVERY -> Output.OF_EVERY_END;
            default -> Output.NONE;
        };
    }

    /** How the container's writes are handled; {@link Mode#Enforce} if the label is missing or unknown. */
    public static Mode mode(Map<String, String> labels) {
        var mode = labels.getOrDefault(MODE, Mode.Enforce.name());
        return Arrays.stream(Mode.values())
                .filter(known -> known.name().equals(mode))
                .findFirst()
                .orElse(Mode.Enforce);
    }

    /** Reads a container's mark; empty if labels and name don't identify it as ours. */
    public static Optional<Mark> read(String cluster, String containerName, Map<String, String> labels) {
        return read(cluster, containerName, labels, Optional.empty());
    }

    /**
     * As {@link #read(String, String, Map)}. A container that was known to be of that replica stays it under any name:
     * it was renamed.
     */
    public static Optional<Mark> read(
            String cluster, String containerName, Map<String, String> labels, Optional<ReplicaId> known) {
        if (labels == null || !cluster.equals(labels.get(CLUSTER))) {
            return Optional.empty();
        }
        try {
            Mode.valueOf(required(labels, MODE)); // throws if the label holds no mode
            var owner = new OwnerId(
                    required(labels, KIND),
                    required(labels, NAMESPACE),
                    required(labels, NAME),
                    required(labels, OWNER_UID));
            var id = new ReplicaId(owner, number(labels, SLOT), number(labels, ATTEMPT));
            var mark = new Mark(
                    id,
                    required(labels, REVISION),
                    number(labels, FAILURES),
                    number(labels, RESTARTS),
                    Instant.parse(required(labels, NOT_BEFORE)),
                    new Requests(Long.parseLong(required(labels, CPU)), Long.parseLong(required(labels, MEMORY))));
            var named = containerName(id).equals(containerName);
            return named || known.equals(Optional.of(id)) ? Optional.of(mark) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException notOurs) {
            return Optional.empty();
        }
    }

    private static int number(Map<String, String> labels, String key) {
        return Integer.parseInt(required(labels, key));
    }

    private static String required(Map<String, String> labels, String key) {
        var value = labels.get(key);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("no label " + key);
        }
        return value;
    }
}
