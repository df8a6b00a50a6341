package dev.mayfly.cli.manifest;

import dev.mayfly.core.model.Text;
import java.util.Set;

/** Makes names that are valid in Kubernetes. */
public final class ManifestNames {
    /** The longest name of a workload or task: its replicas' names and their host names have to fit as well. */
    public static final int MAX_RESOURCE = 50;

    /** The longest name of a volume. */
    public static final int MAX_LABEL = 63;

    private ManifestNames() {}

    /**
     * A label of lower-case letters, digits and {@code -} made from any text; {@code x} if no valid character remains.
     */
    public static String label(String text, int maxLength) {
        var label = Text.dnsLabel(text, maxLength);
        return label.isEmpty() ? "x" : label;
    }

    /** The label, with a number appended if it is taken. @param taken the names used before; the new one is added */
    public static String unique(String label, int maxLength, Set<String> taken) {
        var name = label;
        for (int n = 2; !taken.add(name); n++) {
            var end = "-" + n;
            name = Text.atMost(label, maxLength - end.length()) + end;
        }
        return name;
    }
}
