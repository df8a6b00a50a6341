package dev.mayfly.core.model;

import java.util.Locale;

/** Names that Kubernetes and Docker take, made of any text: lower-case letters, digits, and a dash between them. */
public final class DnsLabel {
    private DnsLabel() {}

    /** Empty where the text has no letter and no digit. */
    public static String of(String text, int longest) {
        var label = new StringBuilder();
        text.toLowerCase(Locale.ROOT).chars().forEach(c -> {
            var plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (plain) {
                label.append((char) c);
            } else if (!label.isEmpty() && label.charAt(label.length() - 1) != '-') {
                label.append('-');
            }
        });
        var cut = Text.atMost(label.toString(), longest);
        return cut.endsWith("-") ? cut.substring(0, cut.length() - 1) : cut;
    }
}
