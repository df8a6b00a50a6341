package dev.mayfly.runtime.pods;

import dev.mayfly.runtime.support.HealthWatch.ContainerHealth;
import dev.mayfly.runtime.support.HealthWatch.HealthSource;
import dev.mayfly.runtime.support.ReplicaIndex;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Addresses and probes of Pods, as they were last seen: no request is made. */
record PodAddresses(PodWatch pods, ReplicaIndex index, String cluster) implements HealthSource {

    @Override
    public Optional<ContainerHealth> inspect(String container) {
        return index.replica(container)
                .flatMap(id -> pods.find(id, container))
                .flatMap(pod -> PodSnapshot.of(cluster, pod))
                .map(PodSnapshot::health);
    }

    @Override
    public Map<String, String> addresses() {
        return pods.all().stream()
                .filter(PodAddresses::isAddressed)
                .collect(Collectors.toMap(
                        pod -> pod.getMetadata().getUid(),
                        pod -> pod.getStatus().getPodIP(),
                        (one, same) -> one));
    }

    private static boolean isAddressed(Pod pod) {
        return pod.getStatus() != null && pod.getStatus().getPodIP() != null;
    }
}
