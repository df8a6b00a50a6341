package dev.mayfly.reconcile;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.Map;

/** Whether a volume can be reached from a node, by Kubernetes' rules. */
final class NodeTerms {
    private NodeTerms() {}

    /** Terms are alternatives; all requirements of one must hold; a term without any holds nowhere. */
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
        return !(term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty())
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
            case "Gt" -> value != null && Long.parseLong(value) > Long.parseLong(values.getFirst());
            case "Lt" -> value != null && Long.parseLong(value) < Long.parseLong(values.getFirst());
            default -> false;
        };
    }
}
