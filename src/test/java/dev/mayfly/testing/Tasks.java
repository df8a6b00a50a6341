package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The tasks of one namespace. */
public final class Tasks extends Resources<EphemeralTask> {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    public Tasks(KubernetesClient client, String namespace) {
        super(client, namespace, EphemeralTask.class);
    }

    /** In the namespace of those workloads. */
    public static Tasks beside(Workloads workloads) {
        return new Tasks(workloads.client(), workloads.namespace());
    }

    /**
     * Of busybox, without a network.
     *
     * @param spec YAML of spec without its template
     * @param script that the shell runs as PID 1; may have many lines
     */
    public static String manifest(String name, String spec, String script) {
        return manifest(name, spec, script, "");
    }

    /** @param template YAML of spec.template besides image, network and command */
    public static String manifest(String name, String spec, String script, String template) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {name: %s}
                spec:
                %s  template:
                    image: busybox:1.36
                    network: None
                    terminationGracePeriodSeconds: 1
                %s    command:
                      - sh
                      - -c
                      - |
                %s""".formatted(name, spec.indent(2), template.indent(4), script.indent(8));
    }

    @Override
    List<Condition> conditions(EphemeralTask task) {
        return task.getStatus() == null ? null : task.getStatus().conditions();
    }

    /** Empty where there is no such task, or nothing is said of it yet. */
    public Optional<EphemeralTaskStatus> status(String name) {
        return Optional.ofNullable(get(name)).map(EphemeralTask::getStatus);
    }

    /** How attempts ended, the latest first. */
    public List<ResultStatus> results(String name) {
        return status(name).map(EphemeralTaskStatus::results).orElse(List.of());
    }

    /** Changes fields of the spec. @param json such as {@code {"parallelism": 2}} */
    public void change(String name, String json) {
        named(name).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": " + json + "}");
    }

    public boolean isComplete(String name) {
        return condition(name, "Complete")
                .filter(complete -> complete.getStatus().equals("True"))
                .isPresent();
    }

    public void awaitComplete(String name) {
        awaitCondition(name, "Complete", "True", "CompletionsReached", PATIENCE);
    }

    public void awaitFailed(String name, String reason) {
        awaitCondition(name, "Failed", "True", reason, PATIENCE);
    }

    /** Waits until that many attempts run at once, whatever the status says. */
    public void awaitRunning(String name, int attempts) {
        await(namespace() + "/" + name + " runs " + attempts + " at once")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(running(name)).hasSize(attempts));
    }

    /** Waits until it has exactly so many containers, in whatever state. */
    public void awaitContainers(String name, int containers) {
        await(namespace() + "/" + name + " keeps " + containers + " containers")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(containers(name)).hasSize(containers));
    }

    /** The indexes in {@code completedIndexes}, parsed apart from the code under test. @param text such as {@code 0-57,60}, or null */
    public static TreeSet<Integer> indexes(String text) {
        var indexes = new TreeSet<Integer>();
        if (text != null && !text.isEmpty()) {
            for (var range : text.split(",")) {
                var ends = range.split("-");
                IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                        .forEach(indexes::add);
            }
        }
        return indexes;
    }
}
