package dev.mayfly.api.v1alpha1;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;

/**
 * The metadata of a resource that was read, without what nothing here reads: labels, annotations and managed fields. The
 * operator holds every resource in memory. Labels and managed fields have no limit but the size of an object, and an
 * annotation of kubectl's repeats the whole spec.
 */
final class KeptMetadata {
    private KeptMetadata() {}

    /** The same object; null: there is none. */
    static ObjectMeta of(ObjectMeta read) {
        if (read != null) {
            read.setLabels(Map.of());
            read.setAnnotations(Map.of());
            read.setManagedFields(List.of());
        }
        return read;
    }
}
