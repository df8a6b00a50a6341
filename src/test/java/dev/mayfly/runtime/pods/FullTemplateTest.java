package dev.mayfly.runtime.pods;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.support.Stopping;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From a workload's spec, as the operator reads it, to the Pod that the API server is given. */
class FullTemplateTest {
    private static final String[] PLACEMENT = {
        "nodeSelector",
        "affinity",
        "tolerations",
        "topologySpreadConstraints",
        "priorityClassName",
        "serviceAccountName",
        "imagePullSecrets"
    };

    /** The same in a template and in a Pod's spec. */
    private static final String PLACED = """
            nodeSelector: {disk: ssd}
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a, b]}]}]
              podAntiAffinity:
                preferredDuringSchedulingIgnoredDuringExecution:
                - {weight: 7, podAffinityTerm: {topologyKey: host, labelSelector: {matchLabels: {app: web}}}}
            tolerations: [{key: spot, operator: Equal, value: "yes", effect: NoExecute, tolerationSeconds: 60}]
            topologySpreadConstraints:
            - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
            priorityClassName: high
            serviceAccountName: reader
            imagePullSecrets: [{name: pull}]
            """;

    private static final String WORKLOAD = """
            metadata: {namespace: shop, name: web, uid: u}
            spec:
              runtime: Pods
              template:
                image: web:1
                resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {cpu: 2, memory: 1Gi}}
                volumes: [{name: data, persistentVolumeClaim: {claimName: disk, readOnly: true}}]
                volumeMounts: [{name: data, mountPath: /data, readOnly: true, subPath: web}]
            """;

    private final PodSpec spec = spec(WORKLOAD + PLACED.indent(4));

    @Test
    void aPodIsPlacedAsItsTemplateSays() {
        var given = Serialization.unmarshal(PLACED, PodSpec.class);

        assertThat(given).extracting(PLACEMENT).doesNotContain(null, List.of(), Map.of());
        assertThat(spec)
                .usingRecursiveComparison()
                .comparingOnlyFields(PLACEMENT)
                .isEqualTo(given);
    }

    @Test
    void itsContainerHasTheResourcesAndTheClaim() {
        var container = spec.getContainers().getFirst();

        assertThat(container.getResources().getRequests())
                .containsOnly(Map.entry("cpu", new Quantity("250m")), Map.entry("memory", new Quantity("64Mi")));
        assertThat(container.getResources().getLimits())
                .containsOnly(Map.entry("cpu", new Quantity("2")), Map.entry("memory", new Quantity("1Gi")));
        assertThat(container.getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("data"))
                .singleElement()
                .matches(mount -> mount.getMountPath().equals("/data")
                        && mount.getReadOnly()
                        && mount.getSubPath().equals("web"));
        assertThat(spec.getVolumes())
                .filteredOn(volume -> volume.getName().equals("data"))
                .singleElement()
                .extracting("persistentVolumeClaim")
                .extracting("claimName", "readOnly")
                .containsExactly("disk", true);
    }

    private static PodSpec spec(String workload) {
        var reader = new SpecReader(Configs.of(Map.of("mayfly.runtime.pods-allowed", "true")));
        var desired = reader.read(Serialization.unmarshal(workload, EphemeralWorkload.class), Content.UNREAD);
        var id = new ReplicaId(desired.owner(), 0, 1);
        var launch = new Launch(id, desired.revision(), desired.template(), 0, 0, NOON, Priority.SCALE);
        var stopping = new Stopping("SIGTERM", Optional.empty(), Optional.of(Duration.ofSeconds(30)));
        return new PodBody(PodsRuntimeContractTest.settings("c1"), new KubernetesSerialization())
                .of(launch, stopping, List.of(), false)
                .getSpec();
    }
}
