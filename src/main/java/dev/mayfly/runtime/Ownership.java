package dev.mayfly.runtime;

import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Text;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

    /** How a container that was made for the warm pool is held: a {@link Hold}. Says nothing of whether it was released. */
    public static final String WARM = PREFIX + "warm";

    /** End of a container's name while it is in the warm pool, and of no other: names end with the UID's digits. */
    private static final String IN_POOL = "-warm";

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
    /** Number of ports of the host that the container publishes. */
    private static final String HOST_PORTS = PREFIX + "host-ports";

    /** Digits of the largest amount that is read: 100 TB, so that the sum over all replicas is a long. */
    private static final int AMOUNT_DIGITS = 14;
    /** A later time than any back-off leads to. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** The limits that the container was created with. */
    public static final String LIMITS = PREFIX + "limits";

    /** Every label with the prefix that Mayfly reads from a container. */
    static final List<String> KEYS = List.of(
            CLUSTER,
            NAMESPACE,
            RECLAIM_POLICY,
            STOP_SIGNAL,
            PRE_STOP,
            GRACE,
            PROBES,
            EMPTY_DIR_LIMITS,
            MODE,
            LOGS_ON_ERROR,
            KIND,
            OWNER_UID,
            NAME,
            SLOT,
            ATTEMPT,
            REVISION,
            FAILURES,
            RESTARTS,
            NOT_BEFORE,
            CPU,
            MEMORY,
            HOST_PORTS,
            LIMITS,
            WARM,
            ResourceOwnership.PROBE);

    /** Keys whose values are labels in Kubernetes as well: at most 63 letters, digits, dashes, underscores and dots. */
    private static final Set<String> LABELS =
            Set.of(CLUSTER, NAMESPACE, MODE, KIND, OWNER_UID, NAME, SLOT, ATTEMPT, REVISION, LOGS_ON_ERROR);

    private Ownership() {}

    /** True if the values of that key are labels in Kubernetes as well; otherwise they are annotations there. */
    public static boolean isLabel(String key) {
        return LABELS.contains(key);
    }

    /**
     * Contents of the labels and name of a container that is ours. A label that can't be read counts as zero.
     *
     * @param hold how it is held in the warm pool that it was made for; empty: it was made for none
     * @param pooled true: it is in that pool. False once it was released, if only because it has another name by then
     */
    public record Mark(
            ReplicaId id,
            String revision,
            int failures,
            int restarts,
            Instant notBefore,
            Requests requests,
            Mode mode,
            Optional<Hold> hold,
            boolean pooled) {
        /** Name of the container as Mayfly gave it. */
        public String name() {
            return pooled ? pooledName(id) : containerName(id);
        }
    }

    /** Name of the container: {@code mayfly_default_web-3_1_0a1b2c3d}. */
    public static String containerName(ReplicaId id) {
        var owner = id.owner();
        var uid = Text.atMost(owner.uid(), 8);
        return "mayfly_" + owner.namespace() + "_" + id.replica() + "_" + id.attempt() + "_" + uid;
    }

    /**
     * Name of the container while it is in the warm pool. It is renamed when it is released: the engine keeps the name, so
     * an operator that starts anew tells a held container from one that serves and was paused.
     */
    public static String pooledName(ReplicaId id) {
        return containerName(id) + IN_POOL;
    }

    /** Name of the container that a launch creates. */
    public static String containerName(Launch launch) {
        return launch.warm() ? pooledName(launch.id()) : containerName(launch.id());
    }

    /** The name of that container outside of the warm pool. */
    public static String unpooled(String containerName) {
        return containerName.endsWith(IN_POOL)
                ? containerName.substring(0, containerName.length() - IN_POOL.length())
                : containerName;
    }

    /**
     * Name under which the container of a workload's replica is found in its namespace's network. The engine takes names
     * only when a container joins, and a client of the workload must not be led to a frozen process.
     *
     * @param hold how it is held in the warm pool that it is made for; empty: it is made for none
     */
    public static String alias(ReplicaId id, Optional<Hold> hold) {
        return hold.equals(Optional.of(Hold.Paused)) ? id.replica() : id.owner().name();
    }

    /** All labels for a launch in that cluster, except those of {@link #labels(Output)} and {@link #labels(Network)}. */
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
        launch.hold().ifPresent(hold -> labels.put(WARM, hold.name()));
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

    /** The label that records how many ports of the host it publishes; empty if it publishes none. */
    public static Map<String, String> labels(Network network) {
        var published = network.hostPorts().size();
        return published == 0 ? Map.of() : Map.of(HOST_PORTS, Integer.toString(published));
    }

    /** Whose last output may be shown; an unknown value allows none. */
    public static Output output(Map<String, String> labels) {
        return switch (labels.getOrDefault(LOGS_ON_ERROR, "")) {
            case FAILED -> Output.OF_FAILURES;
            case EVERY -> Output.OF_EVERY_END;
            default -> Output.NONE;
        };
    }

    /**
     * The given labels, and an empty value for every other label of ours. An image's LABEL of that name has no effect on
     * a container that is created with these.
     */
    public static Map<String, String> complete(Map<String, String> given) {
        var labels = new HashMap<String, String>();
        KEYS.forEach(key -> labels.put(key, ""));
        labels.putAll(given);
        return labels;
    }

    /** As {@link #read(String, String, LabelReader, Predicate)}, for a caller that does not care whether a label can't be read. */
    public static Optional<Mark> read(String cluster, String containerName, Map<String, String> labels) {
        return read(cluster, containerName, new LabelReader(labels), id -> false);
    }

    /**
     * Reads a container's mark; empty if labels and name don't identify it as ours.
     *
     * @param labels knows afterwards which of the other labels can't be read
     * @param renamed true for the replica that the container is known to be of, which it stays under any name
     */
    public static Optional<Mark> read(
            String cluster, String containerName, LabelReader labels, Predicate<ReplicaId> renamed) {
        if (labels.text(CLUSTER).filter(cluster::equals).isEmpty()) {
            return Optional.empty();
        }
        return id(labels)
                .flatMap(id -> mark(id, containerName, labels))
                .filter(mark -> mark.name().equals(containerName) || renamed.test(mark.id()));
    }

    private static Optional<ReplicaId> id(LabelReader labels) {
        var kind = labels.text(KIND);
        var namespace = labels.text(NAMESPACE);
        var name = labels.text(NAME);
        var uid = labels.text(OWNER_UID);
        var slot = labels.read(SLOT, Ownership::number);
        var attempt = labels.read(ATTEMPT, Ownership::number);
        if (kind.isEmpty()
                || namespace.isEmpty()
                || name.isEmpty()
                || uid.isEmpty()
                || slot.isEmpty()
                || attempt.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReplicaId(
                new OwnerId(kind.get(), namespace.get(), name.get(), uid.get()), slot.get(), attempt.get()));
    }

    private static Optional<Mark> mark(ReplicaId id, String containerName, LabelReader labels) {
        if (!Stream.of(REVISION, FAILURES, RESTARTS, NOT_BEFORE, CPU, MEMORY, MODE)
                .allMatch(labels::has)) {
            return Optional.empty();
        }
        var hold = labels.read(WARM, Hold::valueOf);
        return Optional.of(new Mark(
                id,
                labels.text(REVISION).orElse(""),
                labels.read(FAILURES, Ownership::number).orElse(0),
                labels.read(RESTARTS, Ownership::number).orElse(0),
                labels.read(NOT_BEFORE, Ownership::time).orElse(Instant.EPOCH),
                new Requests(
                        labels.read(CPU, Ownership::amount).orElse(0L),
                        labels.read(MEMORY, Ownership::amount).orElse(0L),
                        labels.read(HOST_PORTS, Ownership::number).orElse(0)),
                labels.read(MODE, Mode::valueOf).orElse(Mode.Enforce),
                hold,
                hold.isPresent() && pooledName(id).equals(containerName)));
    }

    private static int number(String text) {
        return (int) digits(text, 9);
    }

    private static long amount(String text) {
        return digits(text, AMOUNT_DIGITS);
    }

    private static long digits(String text, int most) {
        if (!Text.isNumber(text, most)) {
            throw new IllegalArgumentException("no number of at most " + most + " digits");
        }
        return Long.parseLong(text);
    }

    private static Instant time(String text) {
        var time = Instant.parse(text);
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException("no time of this operator");
        }
        return time;
    }
}
