package dev.mayfly.docs;

import dev.mayfly.core.status.Reason;
import dev.mayfly.core.status.Reason.About;
import dev.mayfly.operator.event.EventReason;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
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
            | `PodsMirrored` | workload, task | each replica that has started is shown as a Pod |
            | `Complete` | task | every index ended well |
            | `Failed` | task | it ended in another way |
            | `Suspended` | task | no attempt is started |
            | `Compliant` | ImagePolicy | the images that it applies to break no rule |
            | `PrePulled` | ImagePolicy | the images of `prePull` are on the engine |
            | `Collecting` | ImagePolicy | unused images are removed as `retention` says |
            """;

    private static final String TABLE = """
            | Reason | Meaning | What to do |
            |---|---|---|
            """;

    /** Reasons that the operator writes into Pods, Nodes and signing requests: each with its meaning and what to do. */
    static final Map<String, String[]> OF_PODS_AND_NODES = new TreeMap<>(
            Map.ofEntries(
                    Map.entry(
                            "NotAMirror",
                            row(
                                    "Pod: somebody else bound it to the virtual node, which never runs it.",
                                    "Delete it: `kubectl delete pod NAME`.")),
                    Map.entry(
                            "EphemeralContainersNotSupported",
                            row("Pod: nothing can be added to a replica.", "Use `kubectl exec`.")),
                    Map.entry(
                            "ContainerStatusUnknown",
                            row(
                                    "Pod: how the replica ended is not known.",
                                    "Nothing: a replica is replaced, an index is run again.")),
                    Map.entry("PodCompleted", row("Pod: its attempt of a task ended well.", "Nothing.")),
                    Map.entry(
                            "ContainersNotReady",
                            row(
                                    "Pod: the replica is not ready.",
                                    "Read the workload's conditions: `kubectl describe ew NAME`.")),
                    Map.entry(
                            "OwnServingCertificate",
                            row("CertificateSigningRequest: the operator approved that of its own node.", "Nothing.")),
                    Map.entry("EngineAnswers", row("Node: the engine answers.", "Nothing.")),
                    Map.entry(
                            "NotMeasured",
                            row("Node: the operator does not measure the pressure on the engine.", "Nothing.")),
                    Map.entry(
                            "ReplicaEgressClosed",
                            row(
                                    "Node: a condition, True while replicas are kept from the host's ports and its metadata service.",
                                    "Read its reason: `kubectl describe node NAME`.")),
                    Map.entry(
                            "HostClosed",
                            row("Node: replicas are kept from the host's ports and its metadata service.", "Nothing.")),
                    Map.entry(
                            "NotLookedAt",
                            row(
                                    "Node: the operator has not looked yet.",
                                    "Wait: it looks every 30 s. `kubectl describe node NAME`")),
                    Map.entry(
                            "HostReachable",
                            row(
                                    "Node: replicas may reach the host's ports and its metadata service; the message says why.",
                                    "Give the operator `iptables` and NET_ADMIN, or close the ports yourself. `kubectl describe node NAME`"))));

    private ConditionsPage() {}

    private static String[] row(String meaning, String toDo) {
        return new String[] {meaning, toDo};
    }

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

                """ + TABLE + events + """

                ## Pods and nodes

                A replica's Pod has the reasons of how replicas end, too, and its Node `EngineUnreachable`.

                """ + TABLE + ofPodsAndNodes();
    }

    private static String ofPodsAndNodes() {
        return OF_PODS_AND_NODES.entrySet().stream()
                .map(reason -> row(reason.getKey(), reason.getValue()[0], reason.getValue()[1], ""))
                .collect(Collectors.joining());
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
