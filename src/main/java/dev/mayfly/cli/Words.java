package dev.mayfly.cli;

import dev.mayfly.model.DnsLabel;
import dev.mayfly.model.Text;
import java.util.Set;

/** Makes names that are valid in Kubernetes. */
final class Words {
    private Words() {}

    /**
     * A label of lower-case letters, digits and {@code -} made from any text; {@code x} if no valid character remains.
     */
    static String label(String text, int maxLength) {
        var label = DnsLabel.of(text, maxLength);
        return label.isEmpty() ? "x" : label;
    }

    /** The label, with a number appended if it is taken. */
    static String unique(String label, int maxLength, Set<String> taken) {
        var name = label;
        for (int n = 2; !taken.add(name); n++) {
            var end = "-" + n;
            name = Text.atMost(label, maxLength - end.length()) + end;
        }
        return name;
    }
}
