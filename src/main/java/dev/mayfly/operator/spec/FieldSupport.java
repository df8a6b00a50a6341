package dev.mayfly.operator.spec;

import static dev.mayfly.api.v1alpha1.RuntimeRules.AUDIT_REFUSED;
import static dev.mayfly.api.v1alpha1.RuntimeRules.DOCKER_VOLUME_REFUSED;
import static dev.mayfly.api.v1alpha1.RuntimeRules.NETWORK_REFUSED;
import static dev.mayfly.api.v1alpha1.RuntimeRules.PLACEMENT_REFUSED;
import static dev.mayfly.api.v1alpha1.RuntimeRules.SCALE_TO_ZERO_REFUSED;
import static dev.mayfly.api.v1alpha1.RuntimeRules.STOP_SIGNAL_REFUSED;
import static dev.mayfly.api.v1alpha1.RuntimeRules.WARM_REFUSED;
import static dev.mayfly.api.v1alpha1.RuntimeRules.WRITABLE_LAYER_REFUSED;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralitySpec;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.NetworkMode;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which field of a spec each runtime honors, refuses, or honors with a difference: the one table of it, from which the
 * refusals and {@code docs/reference/runtimes.md} come.
 */
public final class FieldSupport {
    private static final String DOCKER = "Docker";

    /**
     * @param path below {@code spec}
     * @param docker what the runtime Docker does with it
     * @param pods what the runtime Pods does with it
     */
    public record Field(String path, Support docker, Support pods) {}

    /** How a runtime treats a field. */
    public sealed interface Support {

        /** As described with the field. */
        record Honored() implements Support {}

        /** @param difference one sentence, without a full stop */
        record Differs(String difference) implements Support {}

        /**
         * @param sentence what is refused, why, and what to do; without a full stop
         * @param given true if a resource asks for what is refused
         */
        record Refused(String sentence, Predicate<Templated> given) implements Support {}
    }

    private static final Support YES = new Support.Honored();
    private static final Support DATA_STAYS =
            differs("it is a directory of the node: replicas on different nodes don't share it");

    private static final List<Field> FIELDS = Stream.of(
                    both(
                            "replicas",
                            "paused",
                            "rollout",
                            "backoff",
                            "maxConsecutiveFailures",
                            "terminatedHistoryLimit",
                            "revisionHistoryLimit",
                            "scaleDown",
                            "completions",
                            "parallelism",
                            "suspend",
                            "backoffLimit",
                            "activeDeadlineSeconds",
                            "ttlSecondsAfterFinished",
                            "cleanupPolicy",
                            "runtime"),
                    pods("warm", new Support.Refused(WARM_REFUSED, FieldSupport::warm)),
                    pods("scaleToZero", new Support.Refused(SCALE_TO_ZERO_REFUSED, FieldSupport::scalesToZero)),
                    pods("mirrorPods", differs("no effect, since each replica is a Pod")),
                    pods("ephemerality.mode", new Support.Refused(AUDIT_REFUSED, FieldSupport::audits)),
                    pods("ephemerality.scratch", differs("programs can be executed there whatever exec says")),
                    pods("ephemerality.audit", differs("no effect, since mode Audit is refused")),
                    pods(
                            "ephemerality.writableLayer",
                            new Support.Refused(WRITABLE_LAYER_REFUSED, FieldSupport::limitsLayer)),
                    both("ephemerality.uncoveredVolumes", "ephemerality.maxLifetimeSeconds"),
                    pods(
                            "template.metadata",
                            differs("labels and annotations of the Pod, where Kubernetes allows fewer characters")),
                    both("template.image"),
                    pods(
                            "template.imagePullPolicy",
                            differs("each node pulls for itself, so replicas of a revision may run different images of"
                                    + " one tag: write a digest")),
                    both(
                            "template.imagePullSecrets",
                            "template.command",
                            "template.args",
                            "template.workingDir",
                            "template.stdin",
                            "template.stdinOnce",
                            "template.tty",
                            "template.env",
                            "template.envFrom"),
                    pods("template.ports", differs("a hostPort is one of the node")),
                    pods("template.network", new Support.Refused(NETWORK_REFUSED, FieldSupport::ownNetwork)),
                    both("template.resources", "template.volumeMounts"),
                    pods(
                            "template.volumes.dockerVolume",
                            new Support.Refused(DOCKER_VOLUME_REFUSED, FieldSupport::dockerVolume)),
                    pods("template.volumes.hostPath", DATA_STAYS),
                    both("template.volumes.emptyDir", "template.volumes.configMap", "template.volumes.secret"),
                    Stream.of(new Field(
                            "template.volumes.persistentVolumeClaim",
                            differs("its volume must be a directory of the engine's host"),
                            YES)),
                    both(
                            "template.startupProbe",
                            "template.readinessProbe",
                            "template.livenessProbe",
                            "template.terminationGracePeriodSeconds"),
                    both("template.lifecycle.preStop"),
                    pods(
                            "template.lifecycle.stopSignal",
                            new Support.Refused(STOP_SIGNAL_REFUSED, FieldSupport::stopSignal)),
                    pods(
                            "template.outputPolicy",
                            differs("also with Always, only replicas that failed show their output")),
                    both("template.securityContext"),
                    docker("template.nodeSelector", WorkloadTemplate::nodeSelector),
                    docker("template.affinity", WorkloadTemplate::affinity),
                    docker("template.tolerations", WorkloadTemplate::tolerations),
                    docker("template.topologySpreadConstraints", WorkloadTemplate::topologySpreadConstraints),
                    docker("template.priorityClassName", WorkloadTemplate::priorityClassName),
                    docker("template.serviceAccountName", WorkloadTemplate::serviceAccountName))
            .flatMap(fields -> fields)
            .toList();

    private FieldSupport() {}

    /** Every field of the specs of workloads and tasks; those of objects where runtimes differ within them. */
    public static List<Field> fields() {
        return FIELDS;
    }

    /** @throws InvalidSpec if the runtime can't honor a field that is given */
    static void check(Templated resource, String runtime) {
        for (var field : FIELDS) {
            if (in(field, runtime).orElse(YES) instanceof Support.Refused refused
                    && refused.given().test(resource)) {
                throw new InvalidSpec(refused.sentence());
            }
        }
    }

    private static Optional<Support> in(Field field, String runtime) {
        return switch (runtime) {
            case DOCKER -> Optional.of(field.docker());
            case SpecPlacement.PODS -> Optional.of(field.pods());
            default -> Optional.empty();
        };
    }

    private static Stream<Field> both(String... paths) {
        return Stream.of(paths).map(path -> new Field(path, YES, YES));
    }

    private static Stream<Field> pods(String path, Support pods) {
        return Stream.of(new Field(path, YES, pods));
    }

    private static Stream<Field> docker(String path, Function<WorkloadTemplate, Object> field) {
        return Stream.of(new Field(
                path,
                new Support.Refused(
                        PLACEMENT_REFUSED,
                        resource -> Optional.ofNullable(resource.template())
                                .map(field)
                                .isPresent()),
                YES));
    }

    private static Support differs(String difference) {
        return new Support.Differs(difference);
    }

    private static boolean warm(Templated resource) {
        return resource instanceof EphemeralWorkload workload
                && workload.getSpec().warm() != null
                && (positive(workload.getSpec().warm().size())
                        || positive(workload.getSpec().warm().onDemand()));
    }

    private static boolean scalesToZero(Templated resource) {
        return resource instanceof EphemeralWorkload workload
                && workload.getSpec().scaleToZero() != null;
    }

    private static boolean positive(Integer number) {
        return number != null && number > 0;
    }

    private static boolean audits(Templated resource) {
        return resource.ephemerality() != null && resource.ephemerality().mode() == EphemeralitySpec.Mode.Audit;
    }

    private static boolean limitsLayer(Templated resource) {
        return resource.ephemerality() != null && resource.ephemerality().writableLayer() != null;
    }

    private static boolean ownNetwork(Templated resource) {
        var network = resource.template().network();
        return network != null && network != NetworkMode.Namespace;
    }

    private static boolean dockerVolume(Templated resource) {
        return Lists.orEmpty(resource.template().volumes()).stream().anyMatch(volume -> volume.dockerVolume() != null);
    }

    private static boolean stopSignal(Templated resource) {
        var lifecycle = resource.template().lifecycle();
        return lifecycle != null && lifecycle.stopSignal() != null;
    }
}
