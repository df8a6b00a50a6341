package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.podspec.TemplateSpecs;
import dev.mayfly.runtime.support.CapabilityNames;
import dev.mayfly.runtime.support.Stopping;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds the Pod of a launch. Pure. */
final class PodBody {
    /** Keeps a Pod that waits for its time from being scheduled. */
    static final String GATE = "mayfly.dev/not-before";

    private final PodsSettings settings;
    private final KubernetesSerialization json;

    PodBody(PodsSettings settings, KubernetesSerialization json) {
        this.settings = settings;
        this.json = json;
    }

    /**
     * The Pod to be created.
     *
     * @param uncovered VOLUMEs of the image that get a file system in memory
     * @param gated true: it waits until the gate is taken off
     * @throws IllegalArgumentException if what only a Pod's spec can say can't be read
     */
    Pod of(Launch launch, Stopping stopping, List<String> uncovered, boolean gated) {
        var id = launch.id();
        var given = given(launch);
        var spec = TemplateSpecs.run(launch.template(), given, uncovered, PodMarks.container(id))
                .withRestartPolicy("Never")
                .withHostname(id.replica())
                .withSubdomain(id.owner().isTask() ? null : id.owner().name())
                .withAutomountServiceAccountToken(given.getServiceAccountName() != null)
                .withEnableServiceLinks(false)
                .withSchedulingGates(gated ? List.of(new PodSchedulingGate(GATE)) : List.of())
                .build();
        complete(launch, spec);
        return new PodBuilder()
                .withMetadata(PodMarks.metadata(settings, launch, stopping))
                .withSpec(spec)
                .build();
    }

    /** @throws IllegalArgumentException if it can't be read */
    PodSpec given(Launch launch) {
        var text = launch.template().placement().podSpec();
        try {
            return text.isEmpty() ? new PodSpec() : json.unmarshal(text, PodSpec.class);
        } catch (KubernetesClientException malformed) {
            throw new IllegalArgumentException("what its placement says is no Pod's spec", malformed);
        }
    }

    private void complete(Launch launch, PodSpec spec) {
        var container = spec.getContainers().getFirst();
        var capabilities = CapabilityNames.of(launch.template().security(), settings.capabilities());
        container.getSecurityContext().setCapabilities(new Capabilities(capabilities.add(), capabilities.drop()));
        container.setEnv(variables(launch, container.getEnv()));
        if (launch.template().process().output() != Output.NONE) {
            container.setTerminationMessagePolicy("FallbackToLogsOnError");
        }
        launch.template()
                .probes()
                .liveness()
                .filter(liveness -> !OwnProbes.isOwn(liveness, settings.reachesPods()))
                .ifPresent(liveness -> container.setLivenessProbe(TemplateSpecs.probe(Optional.of(liveness))));
    }

    /** Values that a replica is given about itself are the replica's, the same for all attempts, not the Pod's. */
    private static List<EnvVar> variables(Launch launch, List<EnvVar> given) {
        var id = launch.id();
        var variables = new ArrayList<EnvVar>();
        var slot = Integer.toString(id.slot());
        variables.add(new EnvVar("MAYFLY_SLOT", slot, null));
        if (id.owner().isTask()) {
            variables.add(new EnvVar("MAYFLY_INDEX", slot, null));
        }
        var resolved = launch.template().process().env();
        given.forEach(variable -> variables.add(
                isOfItself(variable)
                        ? resolved.stream()
                                .filter(env -> env.name().equals(variable.getName()))
                                .findFirst()
                                .map(env -> new EnvVar(env.name(), value(env, id), null))
                                .orElse(variable)
                        : variable));
        return variables;
    }

    private static boolean isOfItself(EnvVar variable) {
        return variable.getValueFrom() != null && variable.getValueFrom().getFieldRef() != null;
    }

    private static String value(Env env, ReplicaId id) {
        return switch (env.kind()) {
            case REPLICA_NAME -> id.replica();
            case SLOT -> Integer.toString(id.slot());
            case TEXT, PLAIN -> env.value();
        };
    }
}
