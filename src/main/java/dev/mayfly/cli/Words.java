package dev.mayfly.cli;

import java.util.Locale;
import java.util.Set;

/** Makes names that are valid in Kubernetes. */
final class Words {
    private Words() {}

    /**
     * A label of lower-case letters, digits and {@code -} made from any text; {@code x} if no valid character remains.
     */
    static String label(String text, int maxLength) {
        var label = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        label = trim(label.length() > maxLength ? label.substring(0, maxLength) : label);
        return label.isEmpty() ? "x" : label;
    }

    /** The label, with a number appended if it is taken. */
    static String unique(String label, int maxLength, Set<String> taken) {
        var name = label;
        for (int n = 2; !taken.add(name); n++) {
            var end = "-" + n;
            name = label.substring(0, Math.min(label.length(), maxLength - end.length())) + end;
        }
        return name;
    }

    private static String trim(String label) {
        return label.replaceAll("^-+|-+$", "");
    }
}
