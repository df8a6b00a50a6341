package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.RolloutSpec;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Desired.Restarts;
import dev.mayfly.core.model.Desired.Rollout;
import dev.mayfly.core.model.DesiredBuilder;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.InvalidSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.time.Duration;

/** Reads a workload's fields beyond its template: the number of replicas, and how they are replaced. */
final class SpecRollout {
    /** In seconds. */
    private static final int DEADLINE = 600;

    private static final IntOrString QUARTER = new IntOrString("25%");

    private SpecRollout() {}

    /** @throws InvalidSpec if the spec can't be honored */
    static Desired read(DesiredBuilder common, EphemeralWorkloadSpec spec, OwnerId owner) {
        var replicas = requireNonNullElse(spec.replicas(), 1);
        return common.replicas(replicas)
                .admitted(replicas)
                .rollout(rollout(spec, replicas))
                .restarts(common.restarts().withMaxRestarts(requireNonNullElse(spec.maxRestarts(), Restarts.NO_LIMIT)))
                .scaleDown(SpecScaleDown.read(spec.scaleDown(), spec.template(), owner.name()))
                .build();
    }

    private static Rollout rollout(EphemeralWorkloadSpec spec, int replicas) {
        var given = requireNonNullElse(spec.rollout(), RolloutSpec.NONE);
        return Rollout.NONE.with(rollout -> rollout.paused(Boolean.TRUE.equals(spec.paused()))
                .budget(budget(given, replicas))
                .partition(Math.min(replicas, requireNonNullElse(given.partition(), 0)))
                .minReady(Duration.ofSeconds(requireNonNullElse(given.minReadySeconds(), 0)))
                .progressDeadline(Duration.ofSeconds(requireNonNullElse(given.progressDeadlineSeconds(), DEADLINE)))
                .onFailure(onFailure(given))
                .maxLifetime(SpecEphemerality.maxLifetime(spec.ephemerality())));
    }

    private static Desired.OnFailure onFailure(RolloutSpec rollout) {
        return Desired.OnFailure.valueOf(requireNonNullElse(rollout.onFailure(), RolloutSpec.OnFailure.Pause)
                .name());
    }

    private static Desired.Budget budget(RolloutSpec rollout, int replicas) {
        try {
            return Budget.resolve(
                    text(requireNonNullElse(rollout.maxSurge(), QUARTER)),
                    text(requireNonNullElse(rollout.maxUnavailable(), QUARTER)),
                    replicas);
        } catch (IllegalArgumentException e) {
            throw new InvalidSpec("spec.rollout: " + e.getMessage());
        }
    }

    private static String text(IntOrString value) {
        return String.valueOf(value.getValue());
    }
}
