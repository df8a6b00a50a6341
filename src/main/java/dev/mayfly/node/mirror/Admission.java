package dev.mayfly.node.mirror;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Whether a Pod still says what it was created with. Functions of values. */
final class Admission {
    private static final ResourceRequirements NO_RESOURCES = new ResourceRequirements();

    private Admission() {}

    /**
     * True if an admission webhook changed what the Pod says of its replica. What the API server adds by itself is no
     * change, nor are labels that were added.
     *
     * @param made the Pod as it was to be created
     */
    static boolean isChanged(Pod made, Pod pod) {
        var containers = pod.getSpec().getContainers();
        return containers.size() != 1
                || !pod.getSpec().getInitContainers().isEmpty()
                || !has(pod.getMetadata().getLabels(), made.getMetadata().getLabels())
                || isChanged(made.getSpec().getContainers().getFirst(), containers.getFirst());
    }

    private static boolean isChanged(Container made, Container container) {
        return !made.getImage().equals(container.getImage())
                || !made.getCommand().equals(container.getCommand())
                || !made.getArgs().equals(container.getArgs())
                || !isSame(made.getEnv(), container.getEnv())
                || !sources(made).equals(sources(container))
                || !hasResources(container.getResources(), made.getResources());
    }

    /** The API server leaves empty values out. */
    private static boolean isSame(List<EnvVar> made, List<EnvVar> variables) {
        return made.size() == variables.size()
                && IntStream.range(0, made.size()).allMatch(index -> isSame(made.get(index), variables.get(index)));
    }

    private static boolean isSame(EnvVar made, EnvVar variable) {
        return made.getName().equals(variable.getName())
                && Objects.requireNonNullElse(made.getValue(), "")
                        .equals(Objects.requireNonNullElse(variable.getValue(), ""))
                && Objects.equals(made.getValueFrom(), variable.getValueFrom());
    }

    private static List<EnvFromSource> sources(Container container) {
        return container.getEnvFrom().stream()
                .map(source -> new EnvFromSourceBuilder(source)
                        .withPrefix(Objects.requireNonNullElse(source.getPrefix(), ""))
                        .build())
                .toList();
    }

    /** The API server, or a LimitRange, adds requests and limits where there are none. */
    private static boolean hasResources(ResourceRequirements given, ResourceRequirements made) {
        var resources = Objects.requireNonNullElse(given, NO_RESOURCES);
        var wanted = Objects.requireNonNullElse(made, NO_RESOURCES);
        return has(resources.getRequests(), wanted.getRequests()) && has(resources.getLimits(), wanted.getLimits());
    }

    private static <V> boolean has(Map<String, V> given, Map<String, V> wanted) {
        return wanted == null
                || wanted.isEmpty()
                || given != null && given.entrySet().containsAll(wanted.entrySet());
    }
}
