package dev.mayfly.cli;

import dev.mayfly.model.DnsLabel;
import dev.mayfly.model.Text;
import java.util.Set;

/** Names that Kubernetes takes. */
final class Words {
    private Words() {}

    /** Of lower-case letters, digits and {@code -}, made of whatever text; {@code x} where nothing is left of it. */
    static String label(String text, int longest) {
        var label = DnsLabel.of(text, longest);
        return label.isEmpty() ? "x" : label;
    }

    /** With a number where it is taken. */
    static String unique(String label, int longest, Set<String> taken) {
        var name = label;
        for (int n = 2; !taken.add(name); n++) {
            var end = "-" + n;
            name = Text.atMost(label, longest - end.length()) + end;
        }
        return name;
    }
}
