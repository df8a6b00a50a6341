package dev.mayfly.cli.simulate;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.core.model.Desired;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.simulated.SimulationSettings;
import dev.mayfly.simulation.Experiment;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A file with a scenario. What a variant leaves out is as in the file.
 *
 * @param description printed above the table; null: none
 * @param workload the spec of an EphemeralWorkload
 * @param change fields of the spec that change at the beginning; null: none
 * @param engine null: the default
 * @param launchWindow most launches in the engine's queue; null: 32, as the operator's setting
 * @param startsEmpty true: no replica runs at the beginning; null: false
 * @param lasting simulates at least so long; null: until all is done
 * @param limit ends after so long; null: a day
 * @param variants compared with each other; null: there is one
 */
record Scenario(
        String description,
        EphemeralWorkloadSpec workload,
        EphemeralWorkloadSpec change,
        EngineSpec engine,
        Integer launchWindow,
        Boolean startsEmpty,
        Duration lasting,
        Duration limit,
        List<Variant> variants) {
    /** Revision of the workload before the change. */
    static final String UNCHANGED = "unchanged";
    /** Revision of the workload after a change of its template. */
    static final String CHANGED = "changed";

    /** Simulations begin at one time, so that they can be repeated. */
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final int WINDOW = 32;
    private static final int MOST_REPLICAS = 1_000_000;

    /** The fields that a variant sets instead of the file's. */
    record Variant(
            String name,
            EphemeralWorkloadSpec workload,
            EphemeralWorkloadSpec change,
            EngineSpec engine,
            Integer launchWindow,
            Boolean startsEmpty,
            Duration lasting,
            Duration limit) {}

    /** One of the compared simulations. */
    record Run(String name, Experiment experiment, SimulationSettings settings) {}

    /**
     * @param changed the spec after the change
     * @throws Refusal if the workload can't be read
     */
    Run run(String name, EphemeralWorkloadSpec changed) {
        if (workload == null) {
            throw new Refusal("The scenario has no workload: write the spec of an EphemeralWorkload under it");
        }
        var window = requireNonNullElse(launchWindow, WINDOW);
        if (window < 1 || window > MOST_REPLICAS) {
            throw new Refusal("launchWindow is 1 to " + MOST_REPLICAS);
        }
        var before = desired(workload, UNCHANGED);
        var rest = desired(changed, UNCHANGED);
        var after = rest.template().equals(before.template()) ? rest : rest.withRevision(CHANGED);
        var experiment = new Experiment(
                Boolean.TRUE.equals(startsEmpty) ? before.withReplicas(0).withAdmitted(0) : before,
                after,
                window,
                requireNonNullElse(lasting, Duration.ZERO),
                requireNonNullElse(limit, Duration.ofDays(1)));
        return new Run(
                name, experiment, requireNonNullElse(engine, EngineSpec.DEFAULT).settings(START));
    }

    private static Desired desired(EphemeralWorkloadSpec spec, String revision) {
        var resource = new EphemeralWorkload();
        resource.setMetadata(new ObjectMetaBuilder()
                .withName("simulated")
                .withNamespace("default")
                .withUid("simulated")
                .build());
        resource.setSpec(spec);
        try {
            var desired = SpecReader.described(resource, revision);
            if (desired.replicas() < 0 || desired.replicas() > MOST_REPLICAS) {
                throw new Refusal("workload.replicas is 0 to " + MOST_REPLICAS);
            }
            return desired;
        } catch (InvalidSpec invalid) {
            throw new Refusal(invalid.failure().message());
        }
    }
}
