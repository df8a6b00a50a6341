package dev.mayfly.cli.rollout;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ResourceOption;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The name of the workload whose rollout a command is about, and the options with which it is found. */
public final class WorkloadOption {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Parameters(paramLabel = "NAME", description = "The workload, as NAME or ew/NAME.")
    private String name;

    @Mixin
    private ResourceOption resource;

    /** @throws Refusal if no cluster is named, or it does not answer */
    KubernetesClient connect() {
        return resource.connect();
    }

    /** As given on the command line, to be printed. */
    String name() {
        return Printable.of(name);
    }

    /** @throws Refusal if the name is that of another kind */
    Resource<EphemeralWorkload> at(KubernetesClient client) {
        return resource.workload(client, name);
    }

    /** @throws Refusal if there is no such workload */
    EphemeralWorkload require(KubernetesClient client) {
        return resource.requireWorkload(client, name);
    }

    /**
     * The workload, for a command that starts a rollout.
     *
     * @param done what the rollout does to replicas, as a participle
     * @throws Refusal also if the workload is paused
     */
    EphemeralWorkload requireActive(KubernetesClient client, String done) {
        var workload = require(client);
        if (Boolean.TRUE.equals(workload.getSpec().paused())) {
            throw new Refusal(name() + " is paused, so nothing would be " + done + ": set spec.paused to false first");
        }
        return workload;
    }

    /** Prints what was done to the workload. */
    void report(EphemeralWorkload workload, String done) {
        var out = command.commandLine().getOut();
        out.println("ephemeralworkload/" + workload.getMetadata().getName() + " " + done);
        out.flush();
    }
}
