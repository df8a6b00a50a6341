package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Env;

/** Probes of one replica: those of its template with {@code $(NAME)} in commands expanded. */
public final class ReplicaProbes {
    private ReplicaProbes() {}

    /**
     * As in Kubernetes, values from Secrets and ConfigMaps expand to nothing: probes are readable in the container's
     * labels.
     */
    public static Probes of(Launch launch) {
        var probes = launch.template().probes();
        if (!probes.given()) {
            return probes;
        }
        var variables = ReplicaVariables.of(withoutContent(launch.template()), launch.id());
        return new Probes(
                probes.startup().map(probe -> expanded(probe, variables)),
                probes.readiness().map(probe -> expanded(probe, variables)),
                probes.liveness().map(probe -> expanded(probe, variables)));
    }

    private static Template withoutContent(Template template) {
        return template.withProcess(process -> process.withEnv(template.process().env().stream()
                .map(env -> env.kind() == Env.Kind.PLAIN ? new Env(env.name(), "", Env.Kind.PLAIN) : env)
                .toList()));
    }

    private static Probe expanded(Probe probe, ReplicaVariables variables) {
        return probe.check() instanceof Probe.Exec exec
                ? new Probe(
                        new Probe.Exec(variables.expandAll(exec.command())),
                        probe.initialDelay(),
                        probe.period(),
                        probe.timeout(),
                        probe.successThreshold(),
                        probe.failureThreshold())
                : probe;
    }
}
