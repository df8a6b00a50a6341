package dev.mayfly.cli.bundle;

import dev.mayfly.cli.Complaint;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parts that a bundle lacks, with the reason. */
final class Omissions {
    private final Map<String, String> reasons = new LinkedHashMap<>();

    void add(String what, String why) {
        reasons.putIfAbsent(what, why);
    }

    void add(String what, Exception failure) {
        add(what, Complaint.about(failure).orElse("the answer can't be read"));
    }

    /** True if something that begins with that word is missing. */
    boolean any(String word) {
        return reasons.keySet().stream().anyMatch(what -> what.startsWith(word));
    }

    /** One a line. */
    String text() {
        var text = new StringBuilder();
        reasons.forEach(
                (what, why) -> text.append(what).append(": ").append(why).append('\n'));
        return text.toString();
    }
}
