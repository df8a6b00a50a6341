package dev.mayfly.docs;

import dev.mayfly.core.status.Reason;
import dev.mayfly.core.status.Reason.About;
import dev.mayfly.operator.event.EventReason;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Generates the page of conditions and Events from the lists that the operator's reasons are checked against. */
final class ConditionsPage {
    private static final String HEAD = """
            # Conditions and Events

            <!-- Generated from Reason.java and EventReason.java by ConditionsPageTest. -->

            `kubectl describe` shows the conditions and Events of a resource. Words in capitals in a command are to be filled
            in; for a task, write `et` in place of `ew`.

            | Condition | Of | Is True |
            |---|---|---|
            | `Ready` | workload | all replicas of the current template are available, and there is no problem |
            | `Available` | workload | as many replicas are available as a rollout must keep |
            | `Progressing` | workload | the current template is rolled out, or is being rolled out |
            | `Degraded` | workload, task | there is a problem: the reason is that of the most urgent one, the message lists all |
            | `Ephemeral` | workload, task | nothing was written outside of volumes and scratch |
            | `ImageCompliant` | workload, task | the image breaks no rule of an ImagePolicy |
            | `Complete` | task | every index ended well |
            | `Failed` | task | it ended in another way |
            | `Suspended` | task | no attempt is started |
            | `Compliant` | ImagePolicy | the images that it applies to break no rule |
            | `PrePulled` | ImagePolicy | the images of `prePull` are on the engine |
            """;

    private static final String TABLE = """
            | Reason | Meaning | What to do |
            |---|---|---|
            """;

    private ConditionsPage() {}

    static String generate() {
        var conditions =
                Arrays.stream(About.values()).map(ConditionsPage::section).collect(Collectors.joining());
        var events = Arrays.stream(EventReason.values())
                .map(reason -> row(reason.name(), reason.meaning(), reason.toDo(), reason.command()))
                .collect(Collectors.joining());
        return HEAD + conditions + """

                ## Events and terminations

                A problem of replicas has an Event with the reason of `Degraded`. `status.lastTerminations` of a workload and
                `status.results` of a task use these reasons too.

                """ + TABLE + events;
    }

    private static String section(About about) {
        return Arrays.stream(Reason.values())
                .filter(reason -> reason.about() == about)
                .map(reason -> row(reason.name(), reason.meaning(), reason.toDo(), reason.command()))
                .collect(Collectors.joining("", "\n## " + about.title() + "\n\n" + TABLE, ""));
    }

    private static String row(String reason, String meaning, String toDo, String command) {
        var how = command.isEmpty() ? "" : " `" + command.replace("|", "\\|") + "`";
        return "| `%s` | %s | %s%s |%n".formatted(reason, meaning, toDo, how);
    }
}
