package dev.mayfly.operator.claim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.operator.claim.Claims.Unusable.Why;
import dev.mayfly.operator.spec.SpecVolumes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Decides which bound claims replicas can mount, and where their data is. Pure. */
final class ClaimRules {
    static final String READ_ONLY_MANY = "ReadOnlyMany";
    static final String ONE_POD = "ReadWriteOncePod";

    private final List<String> prefixes;

    /**
     * @param prefixes directories below which the volumes may be; {@code <namespace>} stands for the claim's namespace
     */
    ClaimRules(List<String> prefixes) {
        this.prefixes = prefixes;
    }

    /**
     * How a workload uses the claim.
     *
     * @param replicas the maximum number that may run at once
     * @param readOnly true: none of its mounts can write
     */
    record Use(int replicas, boolean readOnly) {}

    /**
     * The directory on the engine's host that holds the claim's data.
     *
     * @param volume the volume that the claim is bound to
     * @param machine the node that the engine's host is, or would be
     * @throws Claims.Unusable if replicas can't mount it; says why and what to do
     */
    String path(PersistentVolumeClaim claim, PersistentVolume volume, Node machine, Use use) {
        var name = claim.getMetadata().getName();
        if (claim.getMetadata().getDeletionTimestamp() != null) {
            throw new Claims.Unusable(
                    Why.ClaimNotUsable,
                    name,
                    "it is being deleted and goes as soon as no replica has it mounted. Scale the workload to 0 to let"
                            + " it go, and create the claim again.");
        }
        if ("Block".equals(volume.getSpec().getVolumeMode())) {
            throw unusable(
                    claim,
                    volume,
                    "has volumeMode Block, a raw device: use a claim and a volume with volumeMode Filesystem.");
        }
        var path = path(claim, volume);
        if (!NodeTerms.reach(volume, machine)) {
            throw unusable(
                    claim,
                    volume,
                    "is on another node: its nodeAffinity does not match this machine, which is node "
                            + machine.getMetadata().getName()
                            + ". Use a volume of this machine, or set mayfly.node-name if it is called otherwise.");
        }
        checkModes(claim, volume, use);
        checkPlace(claim, volume, path);
        return path;
    }

    private static String path(PersistentVolumeClaim claim, PersistentVolume volume) {
        var spec = volume.getSpec();
        if (spec.getLocal() != null) {
            return SpecVolumes.normal(spec.getLocal().getPath());
        }
        if (spec.getHostPath() != null) {
            return SpecVolumes.normal(spec.getHostPath().getPath());
        }
        throw unusable(
                claim,
                volume,
                "is of kind " + VolumeKinds.of(volume)
                        + ": replicas can only mount local and hostPath volumes of this machine. Use a StorageClass or"
                        + " PersistentVolume of one of these.");
    }

    private static void checkModes(PersistentVolumeClaim claim, PersistentVolume volume, Use use) {
        var modes = claim.getSpec().getAccessModes();
        if (!use.readOnly() && !modes.isEmpty() && modes.stream().allMatch(READ_ONLY_MANY::equals)) {
            throw unusable(
                    claim,
                    volume,
                    "may only be read (accessModes ReadOnlyMany): set readOnly: true beside claimName, or claim it with"
                            + " ReadWriteOnce.");
        }
        if (modes.contains(ONE_POD) && use.replicas() > 1) {
            throw unusable(
                    claim,
                    volume,
                    "is for one replica at a time (accessModes ReadWriteOncePod) and up to " + use.replicas()
                            + " may run: set replicas: 1 and rollout.maxSurge: 0, or claim it with ReadWriteOnce.");
        }
    }

    private void checkPlace(PersistentVolumeClaim claim, PersistentVolume volume, String path) {
        var allowed = prefixes.stream()
                .map(prefix -> SpecVolumes.normal(
                        prefix.replace("<namespace>", claim.getMetadata().getNamespace())))
                .toList();
        if (List.of(path.split("/")).contains("..")
                || allowed.stream().noneMatch(prefix -> path.startsWith(prefix + "/"))) {
            throw unusable(
                    claim,
                    volume,
                    "is at " + path + ", which is not allowed here: it must lie below " + String.join(" or ", allowed)
                            + ". Move it there, or have the operator configured with mayfly.claim-prefixes.");
        }
    }

    private static Claims.Unusable unusable(PersistentVolumeClaim claim, PersistentVolume volume, String why) {
        return new Claims.Unusable(
                Why.ClaimNotUsable,
                claim.getMetadata().getName(),
                "its volume " + volume.getMetadata().getName() + " " + why);
    }

    /** Decides whether a volume is accessible from a node, by Kubernetes' rules. */
    static final class NodeTerms {
        private NodeTerms() {}

        /** Terms are alternatives; all requirements of a term must match; an empty term matches no node. */
        static boolean reach(PersistentVolume volume, Node node) {
            var affinity = volume.getSpec().getNodeAffinity();
            if (affinity == null || affinity.getRequired() == null) {
                return true;
            }
            return affinity.getRequired().getNodeSelectorTerms().stream().anyMatch(term -> holds(term, node));
        }

        private static boolean holds(NodeSelectorTerm term, Node node) {
            var labels = node.getMetadata().getLabels() == null
                    ? Map.<String, String>of()
                    : node.getMetadata().getLabels();
            var fields = Map.of("metadata.name", node.getMetadata().getName());
            return !(term.getMatchExpressions().isEmpty()
                            && term.getMatchFields().isEmpty())
                    && term.getMatchExpressions().stream().allMatch(wanted -> holds(wanted, labels))
                    && term.getMatchFields().stream().allMatch(wanted -> holds(wanted, fields));
        }

        private static boolean holds(NodeSelectorRequirement wanted, Map<String, String> found) {
            var value = found.get(wanted.getKey());
            var values = wanted.getValues() == null ? List.<String>of() : wanted.getValues();
            return switch (wanted.getOperator()) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                case "Gt" -> compares(value, values, comparison -> comparison > 0);
                case "Lt" -> compares(value, values, comparison -> comparison < 0);
                default -> false;
            };
        }

        /** No match where one of both is no integer, as in Kubernetes (k8s.io/apimachinery, labels.Requirement.Matches). */
        private static boolean compares(String found, List<String> wanted, IntPredicate comparison) {
            try {
                return wanted.size() == 1
                        && comparison.test(Long.compare(Long.parseLong(found), Long.parseLong(wanted.getFirst())));
            } catch (NumberFormatException noInteger) {
                return false;
            }
        }
    }

    /** Names the source of a PersistentVolume as its spec does: {@code nfs}, or {@code csi (ebs.csi.aws.com)}. */
    static final class VolumeKinds {
        private static final ObjectMapper JSON = new ObjectMapper();
        /** Fields of a volume's spec that are objects but not sources. */
        private static final Set<String> NO_SOURCES = Set.of("capacity", "claimRef", "nodeAffinity");

        private VolumeKinds() {}

        static String of(PersistentVolume volume) {
            if (volume.getSpec().getCsi() != null) {
                return "csi (" + volume.getSpec().getCsi().getDriver() + ")";
            }
            JsonNode spec = JSON.valueToTree(volume.getSpec());
            return spec.properties().stream()
                    .filter(field -> field.getValue().isObject() && !NO_SOURCES.contains(field.getKey()))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse("unknown");
        }
    }
}
